package io.rift.e2e.architecture.bad.protocol;

import java.util.logging.Logger;

/** Pure code that logs. */
final class Logs {
    Logger wrong;
}
