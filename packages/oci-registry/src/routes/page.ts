import type { Methods } from './call';

/** What a person sees who opens the registry in a browser. */
export const pageRoutes: Methods = {
  GET: () =>
    Promise.resolve({
      status: 200,
      headers: { 'content-type': 'text/html; charset=utf-8' },
      body: '<!doctype html><title>Registry</title>',
    }),
};
