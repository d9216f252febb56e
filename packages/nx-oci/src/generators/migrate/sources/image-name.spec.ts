import { splitImageName } from './image-name';

it.each([
  ['${{ vars.REG }}/acme/api', '${REG}'],
  ['${{ vars.REG }}/api', 'docker.io'],
  ['${{ github.repository_owner }}/team/api', 'docker.io'],
  ['${{ env.REGISTRY }}/api', '${REGISTRY}'],
])('the registry of %s is %s: names of Docker Hub have two parts', (name, host) => {
  expect(splitImageName(name, 'shop')?.host).toBe(host);
});
