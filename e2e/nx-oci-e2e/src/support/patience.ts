// Packages are installed and Nx starts many times here. In a run of several jest projects jest reads this nowhere else.
jest.setTimeout(600_000);
