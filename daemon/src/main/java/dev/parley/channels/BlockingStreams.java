package dev.parley.channels;

import java.io.InputStream;
import java.io.OutputStream;

/**
 * A stream channel as two blocking streams, for threads that may wait. Each stream for one thread
 * at a time. A reset or a lost link is an {@link java.io.IOException} that says so.
 *
 * @param in what the peer sends; at its end when the peer has ended its direction
 * @param out to the peer; blocks while the peer takes no more; closing it ends this direction
 */
public record BlockingStreams(InputStream in, OutputStream out) {}
