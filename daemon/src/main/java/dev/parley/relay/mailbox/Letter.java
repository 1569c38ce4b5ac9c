package dev.parley.relay.mailbox;

import com.google.protobuf.ByteString;
import java.time.Instant;

/**
 * A sealed message at rest.
 *
 * @param number names it to its owner; grows, and is never given twice
 */
public record Letter(long number, Instant depositedAt, ByteString sealed) {}
