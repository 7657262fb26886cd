import { crashTests } from "../support/crash-tests";

crashTests("postgres", "alternating-users");
