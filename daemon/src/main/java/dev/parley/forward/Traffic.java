package dev.parley.forward;

/**
 * What has gone through a service or a forward since the daemon started.
 *
 * @param open connections that stand, or flows of datagrams
 * @param total that came about
 * @param failed that did not: refused, or the other end could not be reached
 * @param bytesIn from peers
 * @param bytesOut to peers
 * @param datagramsDropped for want of room, or of a channel, or too large
 */
public record Traffic(
    long open, long total, long failed, long bytesIn, long bytesOut, long datagramsDropped) {}
