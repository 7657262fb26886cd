/**
 * Writes down the address of every resource of every stack, for __tests__/stacks/addresses.test.ts:
 *   npm run addresses
 *   npm run addresses -- <another folder>
 */
import { allStacks } from "../__tests__/support/all-stacks";
import { writeAddresses } from "../__tests__/support/stored-addresses";

writeAddresses(new Map([...allStacks()].map(([id, { addresses }]) => [id, addresses])), process.argv[2]);
