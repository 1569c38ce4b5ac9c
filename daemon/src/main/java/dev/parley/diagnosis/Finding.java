package dev.parley.diagnosis;

import com.google.common.collect.ImmutableList;

/**
 * What the evidence says.
 *
 * @param sentence for people: the cause, on what evidence, and what is not known
 * @param help what would make it direct, or reachable; empty when nothing is needed
 */
public record Finding(Verdict verdict, Cause cause, String sentence, ImmutableList<Remedy> help) {
  static Finding of(Verdict verdict, Cause cause, String sentence, Remedy... help) {
    return new Finding(verdict, cause, sentence, ImmutableList.copyOf(help));
  }
}
