package dev.parley.forward;

import dev.parley.channels.Channels;
import java.util.function.LongSupplier;

/** What services and forwards are made of. */
record Surroundings(Channels channels, ForwardLoop loop, LongSupplier nanoTime) {}
