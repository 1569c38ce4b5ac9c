package dev.parley.forward;

import dev.parley.channels.Access;
import dev.parley.channels.ServiceName;

/**
 * A service of this machine that peers may reach.
 *
 * @param lastProblem the last failure, a sentence; or empty
 */
public record ExposedService(
    ServiceName name, Endpoint target, Access access, Traffic traffic, String lastProblem) {}
