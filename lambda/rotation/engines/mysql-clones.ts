import { DatabaseError } from "../errors";
import { accountOptions } from "./mysql-account-options";
import type { Dialect, ExistingAccount } from "./mysql-dialect";
import { convergingStatements, copiedRightsOf, describeRight, lacking } from "./mysql-grants";
import { type Account, accountName, type Run } from "./mysql-sql";

/** Keeps clones equal to their bases, account by account: a clone has one for each host of its base. */
export class CloneKeeper {
  readonly #run: Run;
  readonly #dialect: Dialect;

  constructor(run: Run, dialect: Dialect) {
    this.#run = run;
    this.#dialect = dialect;
  }

  /** Each statement stands alone: whatever is left undone is seen, and done, the next time. */
  async ensure(
    base: ExistingAccount,
    clone: ExistingAccount,
    exists: boolean,
    secretArn: string,
  ): Promise<void> {
    if (!exists) await this.#dialect.createLocked(this.#run, clone, secretArn);
    // An earlier attempt may have died between the account and its mark, which asking for it completes.
    else await this.#dialect.ownership(this.#run, clone, secretArn);
    const doing = `making "${clone.user}"@"${clone.host}" equal to "${base.user}"`;
    for (const statement of await this.#statements(base, clone)) await this.#run(doing, statement);
  }

  async #statements(base: Account, clone: Account): Promise<string[]> {
    const statements: string[] = [];
    const options = await accountOptions(this.#run, base);
    if (options !== (await accountOptions(this.#run, clone))) {
      statements.push(`ALTER USER ${accountName(clone)} ${options}`);
    }
    const [shallHave, has] = [await this.#rights(base), await this.#rights(clone)];
    statements.push(...convergingStatements(clone, has, shallHave));
    const roles = await this.#dialect.defaultRoles(this.#run, base);
    if (String(roles) !== String(await this.#dialect.defaultRoles(this.#run, clone))) {
      statements.push(this.#dialect.setDefaultRoles(clone, roles));
    }
    return statements;
  }

  /** In what clones differ from their bases, in words. */
  async differences(bases: readonly Account[], clones: readonly Account[]): Promise<string[]> {
    const hosts = (accounts: readonly Account[]) => accounts.map(({ host }) => host).join(", ");
    if (hosts(bases) !== hosts(clones)) {
      return [`it may come from ${hosts(clones)}, not from ${hosts(bases)}`];
    }
    const differences: string[] = [];
    for (const [index, base] of bases.entries()) {
      const clone = clones[index] as Account;
      differences.push(...(await this.#differences(base, clone)));
    }
    return differences;
  }

  async #differences(base: Account, clone: Account): Promise<string[]> {
    const [shallHave, has] = [await this.#rights(base), await this.#rights(clone)];
    const [options, ownOptions] = [
      await accountOptions(this.#run, base),
      await accountOptions(this.#run, clone),
    ];
    const roles = (account: Account) => this.#dialect.defaultRoles(this.#run, account);
    return [
      ...lacking(shallHave, has).map((right) => `it lacks ${describeRight(right)}`),
      ...lacking(has, shallHave).map((right) => `it has ${describeRight(right)} beyond`),
      ...(options === ownOptions ? [] : [`its options are ${ownOptions}, not ${options}`]),
      ...(String(await roles(base)) === String(await roles(clone)) ? [] : ["its default roles are others"]),
    ];
  }

  async #rights(account: Account) {
    return await copiedRightsOf(this.#run, this.#dialect, account);
  }

  /**
   * Drops the clone's accounts at hosts that the base no longer has.
   * @throws DatabaseError for one that the secret did not make
   */
  async dropElsewhere(
    bases: readonly Account[],
    clones: readonly ExistingAccount[],
    secretArn: string,
  ): Promise<void> {
    for (const clone of clones) {
      if (bases.some(({ host }) => host === clone.host)) continue;
      if ((await this.#dialect.ownership(this.#run, clone, secretArn)) !== "ours") {
        throw new DatabaseError(
          `User "${clone.user}"@"${clone.host}" exists without a user of "${bases[0]?.user}" at that host, and does ` +
            "not belong to this secret. Drop or rename it.",
        );
      }
      await this.#run(`dropping "${clone.user}"@"${clone.host}"`, `DROP USER ${accountName(clone)}`);
    }
  }
}
