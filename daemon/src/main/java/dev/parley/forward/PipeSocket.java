package dev.parley.forward;

import dev.parley.link.StreamEnd;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/**
 * A Unix socket that leads to a channel which is open already.
 *
 * @param path for one connection, within ten seconds
 * @param ended completes when both directions are over, and tells how
 */
public record PipeSocket(Path path, CompletableFuture<StreamEnd> ended) {}
