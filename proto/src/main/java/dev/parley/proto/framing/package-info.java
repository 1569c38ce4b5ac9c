/**
 * Cuts a stream of bytes into frames: a varint length, then that many bytes.
 *
 * <p>A length is checked against the stream's limit before anything is allocated for it. Knows
 * neither Netty nor what a frame means. A {@link dev.parley.proto.framing.FrameReader} belongs to
 * the thread that feeds it.
 */
@NullMarked
package dev.parley.proto.framing;

import org.jspecify.annotations.NullMarked;
