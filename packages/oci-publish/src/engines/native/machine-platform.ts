import { parsePlatform, type Platform } from '@nx-oci/model';

/** The platform whose images this machine runs: Linux, also where containers live in a virtual machine. */
export function machinePlatform(architecture: string = process.arch): Platform {
  return parsePlatform(`linux/${architecture}`);
}
