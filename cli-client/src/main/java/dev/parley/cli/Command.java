package dev.parley.cli;

import dev.parley.cli.client.CommandFailure;
import java.util.concurrent.Callable;

/** A command: does its work and returns the exit code, or fails with words for the user. */
interface Command extends Callable<Integer> {
  @Override
  Integer call() throws CommandFailure, InterruptedException;
}
