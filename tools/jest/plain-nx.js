// `npx jest` and `npm test` say in the environment that a package manager started them, and messages then name `npx nx`.
delete process.env.npm_config_user_agent;
