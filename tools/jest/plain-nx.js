// `npx jest` and `npm test` set variables that make our messages say `npx nx`: specs expect plain `nx`.
delete process.env.npm_config_user_agent;
