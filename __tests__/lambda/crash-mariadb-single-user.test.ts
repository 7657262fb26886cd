import { crashTests } from "../support/crash-tests";
import { describeOnMariadb } from "../support/engines";

describeOnMariadb("mariadb", () => crashTests("mariadb", "single-user"));
