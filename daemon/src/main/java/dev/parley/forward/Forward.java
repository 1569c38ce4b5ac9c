package dev.parley.forward;

import dev.parley.channels.ServiceName;
import dev.parley.proto.id.PeerId;
import java.time.Duration;

/**
 * A local address that leads to a service of a peer.
 *
 * @param id names it, as {@code local} does
 * @param local where it listens, with the port that it was given
 * @param idle after which flows of datagrams end; of no effect on streams
 * @param listening false: the address cannot be used now, and is tried again
 * @param lastProblem the last failure, a sentence; or empty
 */
public record Forward(
    long id,
    PeerId peer,
    ServiceName service,
    Endpoint local,
    Duration idle,
    boolean listening,
    Traffic traffic,
    String lastProblem) {}
