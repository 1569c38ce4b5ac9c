package dev.parley.fuzz;

import com.google.protobuf.MessageLite;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * A parser, or a few that belong together, and what must hold of it whatever it is given.
 *
 * @param name of the target, and of its folder in the corpus
 * @param parser throws when something does not hold
 * @param covers classes whose parsing is reached
 * @param seeds real examples to begin from
 * @param allocation what an input may have the parser allocate
 */
public record FuzzTarget(
    String name, Parser parser, List<Class<?>> covers, List<byte[]> seeds, Allocation allocation) {

  /** Takes any bytes. Exceptions that the parser documents are part of the parser's answer. */
  @FunctionalInterface
  public interface Parser {
    void parse(byte[] input) throws Exception;
  }

  /** At most {@code fixed + perByte × input} bytes on the heap, freed or not. */
  public record Allocation(long fixed, int perByte) {
    static final Allocation DEFAULT = new Allocation(1 << 20, 64);

    long of(byte[] input) {
      return fixed + (long) perByte * input.length;
    }
  }

  public static FuzzTarget of(String name, Parser parser, Class<?>... covers) {
    return new FuzzTarget(name, parser, List.of(covers), List.of(), Allocation.DEFAULT);
  }

  public FuzzTarget seeds(byte[]... more) {
    List<byte[]> all = Stream.concat(seeds.stream(), Arrays.stream(more)).toList();
    return new FuzzTarget(name, parser, covers, all, allocation);
  }

  public FuzzTarget seeds(String... texts) {
    return seeds(
        Arrays.stream(texts)
            .map(text -> text.getBytes(StandardCharsets.UTF_8))
            .toArray(byte[][]::new));
  }

  public FuzzTarget seeds(MessageLite... messages) {
    return seeds(Arrays.stream(messages).map(MessageLite::toByteArray).toArray(byte[][]::new));
  }

  public FuzzTarget covering(List<Class<?>> more) {
    List<Class<?>> all = new ArrayList<>(covers);
    all.addAll(more);
    return new FuzzTarget(name, parser, List.copyOf(all), seeds, allocation);
  }

  /** Where cryptography, a database or a library's start takes more than parsing does. */
  public FuzzTarget allocating(long fixed, int perByte) {
    return new FuzzTarget(name, parser, covers, seeds, new Allocation(fixed, perByte));
  }

  /** Parses, and looks whether the input made it allocate more than it may. */
  public void check(byte[] input) throws Exception {
    long bound = allocation.of(input);
    long allocated = measure(input);
    // The first time classes are loaded, caches filled, regular expressions compiled.
    if (allocated > bound && (allocated = Math.min(measure(input), measure(input))) > bound) {
      throw new AssertionError(
          name + ": " + input.length + " bytes made it allocate " + allocated + " of " + bound);
    }
  }

  private long measure(byte[] input) throws Exception {
    long before = Heap.allocatedByThisThread();
    parser.parse(input.clone());
    return Heap.allocatedByThisThread() - before;
  }

  /** The same bytes as several inputs, each behind a first byte that chooses how they are taken. */
  public static byte[][] behind(int first, byte[]... seeds) {
    List<byte[]> all = new ArrayList<>();
    for (byte[] seed : seeds) {
      byte[] chosen = new byte[seed.length + 1];
      chosen[0] = (byte) first;
      System.arraycopy(seed, 0, chosen, 1, seed.length);
      all.add(chosen);
    }
    return all.toArray(byte[][]::new);
  }

  @Override
  public String toString() {
    return name;
  }
}
