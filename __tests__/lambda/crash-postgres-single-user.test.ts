import { crashTests } from "../support/crash-tests";

crashTests("postgres", "single-user");
