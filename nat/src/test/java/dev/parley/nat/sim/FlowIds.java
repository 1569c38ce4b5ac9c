package dev.parley.nat.sim;

import dev.parley.nat.path.Flow;
import dev.parley.nat.path.FlowLookup;
import io.netty.buffer.ByteBuf;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Knows flows by the three bytes behind the form, which their dialler has chosen. */
final class FlowIds implements FlowLookup {
  private final Map<Integer, Flow> flows = new HashMap<>();
  private final Set<Integer> over = new HashSet<>();

  static int idOf(ByteBuf datagram) {
    return datagram.getUnsignedMedium(datagram.readerIndex() + 1);
  }

  @Override
  public @Nullable Flow find(ByteBuf datagram) {
    return flows.get(idOf(datagram));
  }

  @Override
  public boolean mayOpen(ByteBuf datagram) {
    return datagram.getUnsignedByte(datagram.readerIndex()) == Datagram.OPENING
        && !over.contains(idOf(datagram));
  }

  @Override
  public void opened(ByteBuf datagram, Flow flow) {
    flows.put(idOf(datagram), flow);
  }

  @Override
  public void sending(ByteBuf datagram, Flow flow) {
    flows.putIfAbsent(idOf(datagram), flow);
  }

  @Override
  public void closed(Flow flow) {
    flows.forEach((id, known) -> over.addAll(known == flow ? Set.of(id) : Set.of()));
    flows.values().removeIf(known -> known == flow);
  }
}
