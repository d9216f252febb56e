// These specs install packages and start Nx many times. When jest runs several projects, it reads the timeout from here only.
jest.setTimeout(600_000);
