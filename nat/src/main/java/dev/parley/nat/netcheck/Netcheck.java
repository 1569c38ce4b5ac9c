package dev.parley.nat.netcheck;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.parley.nat.stun.StunAnswer;
import dev.parley.nat.stun.StunChange;
import dev.parley.nat.stun.StunClient;
import io.netty.util.concurrent.Future;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Measures the NAT from the node's own port. Confined to its event loop.
 *
 * <p>First every server is asked where it sees us. Then, before anything goes to another address of
 * a server that has one (RFC 5780), it is asked to answer from there: what comes through tells the
 * filtering. Only then is the other address asked itself, and only where the mapping is not plain
 * without. Once it has been, its answers prove nothing any more, so the verdict is kept for as long
 * as our outer address stays what it is.
 */
public final class Netcheck {
  /** More servers tell nothing more. */
  private static final int MAX_SERVERS = 8;

  /** Below it are services that amplify; STUN's own ports are above. */
  private static final int LOWEST_PORT = 1_024;

  /** Each check of a server that keeps moving adds one; past it nothing counts as fresh. */
  static final int MAX_REMEMBERED = 256;

  private final StunClient stun;
  private final Set<InetAddress> askedBefore = new HashSet<>();
  private Optional<Filtering> filtering = Optional.empty();
  private @Nullable CompletableFuture<NatReport> running;

  private record Filtering(InetSocketAddress mapped, NatBehavior verdict) {}

  public Netcheck(StunClient stun) {
    this.stun = stun;
  }

  /**
   * Takes 3 s where something is filtered, and 8 s where a server is silent. A check that runs
   * already is joined.
   *
   * @param servers resolved; at most eight of them are asked
   * @param local this machine's own addresses
   */
  public CompletableFuture<NatReport> run(
      Collection<InetSocketAddress> servers, List<InetAddress> local) {
    CompletableFuture<NatReport> now = running;
    if (now != null && !now.isDone()) {
      return now;
    }
    ImmutableList<InetSocketAddress> asked =
        servers.stream().distinct().limit(MAX_SERVERS).collect(ImmutableList.toImmutableList());
    asked.forEach(server -> askedBefore.add(server.getAddress()));
    CompletableFuture<NatReport> report =
        all(asked.stream().map(server -> ask(server, StunChange.NONE)).toList())
            .thenCompose(answers -> second(answers, local));
    running = report;
    return report;
  }

  private CompletableFuture<NatReport> second(List<StunAnswer> answers, List<InetAddress> local) {
    boolean ipv4 = answers.stream().anyMatch(Netcheck::isIpv4);
    boolean ipv6 = !answers.stream().allMatch(Netcheck::isIpv4);
    ImmutableList<StunAnswer> family =
        answers.stream().filter(a -> isIpv4(a) == ipv4).collect(ImmutableList.toImmutableList());
    if (family.isEmpty()) {
      return CompletableFuture.completedFuture(
          new NatReport(
              false, false, false, NatBehavior.UNKNOWN, NatBehavior.UNKNOWN, Optional.empty()));
    }
    CompletableFuture<Boolean> hairpin = hairpin(family.get(0).mapped());
    return filtering(family)
        .thenCompose(
            filter ->
                mapping(family, local)
                    .thenCombine(
                        hairpin,
                        (mapping, turns) ->
                            new NatReport(true, ipv4, ipv6, mapping, filter, Optional.of(turns))));
  }

  private CompletableFuture<NatBehavior> filtering(List<StunAnswer> answers) {
    Optional<Filtering> known =
        filtering.filter(
            f -> answers.stream().anyMatch(answer -> answer.mapped().equals(f.mapped())));
    if (known.isPresent()) {
      return CompletableFuture.completedFuture(known.get().verdict());
    }
    Optional<StunAnswer> able =
        answers.stream()
            .filter(a -> a.other().filter(o -> isFresh(a.server(), o)).isPresent())
            .findFirst();
    if (able.isEmpty()) {
      return CompletableFuture.completedFuture(NatBehavior.UNKNOWN);
    }
    InetSocketAddress server = able.get().server();
    InetSocketAddress mapped = able.get().mapped();
    CompletableFuture<Boolean> fromAddress =
        ask(able.get(), StunChange.ADDRESS_AND_PORT).thenApply(Optional::isPresent);
    CompletableFuture<Boolean> fromPort =
        ask(able.get(), StunChange.PORT).thenApply(Optional::isPresent);
    return fromAddress.thenCombine(
        fromPort,
        (address, port) -> {
          NatBehavior verdict = NatClassifier.filtering(address, port);
          filtering = Optional.of(new Filtering(mapped, verdict));
          return verdict;
        });
  }

  /** Whether nothing of ours has opened the way for what comes from there. */
  private boolean isFresh(InetSocketAddress server, InetSocketAddress other) {
    return askedBefore.size() < MAX_REMEMBERED
        && !other.getAddress().equals(server.getAddress())
        && other.getPort() != server.getPort()
        && !askedBefore.contains(other.getAddress());
  }

  private CompletableFuture<NatBehavior> mapping(
      List<StunAnswer> answers, List<InetAddress> local) {
    ImmutableList<Observation> seen = observations(answers);
    NatBehavior first = NatClassifier.mapping(seen, local);
    Optional<StunAnswer> able = answers.stream().filter(a -> a.other().isPresent()).findFirst();
    boolean plain = first == NatBehavior.NONE || first == NatBehavior.ENDPOINT_INDEPENDENT;
    if (plain || able.isEmpty()) {
      return CompletableFuture.completedFuture(first);
    }
    InetSocketAddress other = able.get().other().orElseThrow();
    InetAddress host = able.get().server().getAddress();
    if (askedBefore.size() < MAX_REMEMBERED) {
      askedBefore.add(other.getAddress());
    }
    return all(ImmutableSet.of(other, new InetSocketAddress(host, other.getPort())).stream()
            .map(server -> ask(server, StunChange.NONE))
            .toList())
        .thenApply(
            more ->
                NatClassifier.mapping(
                    ImmutableList.<Observation>builder()
                        .addAll(seen)
                        .addAll(observations(more))
                        .build(),
                    local));
  }

  private static ImmutableList<Observation> observations(List<StunAnswer> answers) {
    return answers.stream()
        .map(answer -> new Observation(answer.server(), answer.mapped()))
        .collect(ImmutableList.toImmutableList());
  }

  private static boolean isIpv4(StunAnswer answer) {
    return answer.mapped().getAddress() instanceof Inet4Address;
  }

  /** RFC 4787 §6: does what we send to our outer address come back in? */
  private CompletableFuture<Boolean> hairpin(InetSocketAddress mapped) {
    return outcome(stun.hairpin(mapped)).thenApply(Optional::isPresent);
  }

  private CompletableFuture<Optional<StunAnswer>> ask(InetSocketAddress server, StunChange change) {
    return outcome(stun.ask(server, change, server));
  }

  private CompletableFuture<Optional<StunAnswer>> ask(StunAnswer able, StunChange change) {
    InetSocketAddress other = able.other().orElseThrow();
    InetSocketAddress from =
        change == StunChange.PORT
            ? new InetSocketAddress(able.server().getAddress(), other.getPort())
            : other;
    return outcome(stun.ask(able.server(), change, from));
  }

  private static <T> CompletableFuture<Optional<T>> outcome(Future<T> asked) {
    CompletableFuture<Optional<T>> outcome = new CompletableFuture<>();
    asked.addListener(
        (Future<T> done) ->
            outcome.complete(done.isSuccess() ? Optional.of(done.getNow()) : Optional.empty()));
    return outcome;
  }

  private static CompletableFuture<List<StunAnswer>> all(
      List<CompletableFuture<Optional<StunAnswer>>> asked) {
    return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
        .thenApply(
            done ->
                asked.stream()
                    .map(CompletableFuture::join)
                    .flatMap(Optional::stream)
                    .map(Netcheck::withoutAim)
                    .toList());
  }

  /** A server must not aim us at what it could not reach itself, nor at everybody. */
  private static StunAnswer withoutAim(StunAnswer answer) {
    InetAddress server = answer.server().getAddress();
    return new StunAnswer(
        answer.server(),
        answer.mapped(),
        answer
            .other()
            .filter(o -> o.getAddress().getClass() == server.getClass())
            .filter(o -> o.getAddress().isLoopbackAddress() == server.isLoopbackAddress())
            .filter(o -> !o.getAddress().isAnyLocalAddress())
            .filter(o -> !o.getAddress().isMulticastAddress())
            .filter(o -> o.getPort() >= LOWEST_PORT));
  }
}
