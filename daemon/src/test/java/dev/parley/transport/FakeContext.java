package dev.parley.transport;

import com.google.protobuf.ByteString;
import dev.parley.identity.Identity;
import dev.parley.link.ByteStreamAcceptor;
import dev.parley.link.ByteStreamKind;
import dev.parley.link.DatagramReceiver;
import dev.parley.link.StreamAcceptor;
import dev.parley.link.StreamKind;
import dev.parley.nat.path.PathListener;
import dev.parley.nat.path.PathSwitch;
import dev.parley.peer.v1.SignedRecord;
import dev.parley.proto.id.PeerId;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** As much of a transport as a control stream by itself needs. */
final class FakeContext implements TransportContext {
  private final Identity identity = Identity.ephemeral(TransportFixture.RANDOM);
  private final Counters counters = new Counters(new LongAdder(), new LongAdder());
  private final PathSwitch paths =
      new PathSwitch(
          new ConnectionIds(),
          new NoticeSignatures(identity),
          new PathListener() {},
          System::nanoTime,
          TransportFixture.RANDOM);

  /** A control stream that gets by without its connection as long as nothing goes wrong. */
  @SuppressWarnings({"NullAway", "DataFlowIssue"})
  static ControlStream controlStream() {
    return new ControlStream(null, new FakeContext());
  }

  @Override
  public PeerId self() {
    return identity.id();
  }

  @Override
  public LongSupplier nanoTime() {
    return System::nanoTime;
  }

  @Override
  public RandomGenerator random() {
    return TransportFixture.RANDOM;
  }

  @Override
  public PathSwitch paths() {
    return paths;
  }

  @Override
  public String software() {
    return "parley/test";
  }

  @Override
  public ByteString instance() {
    return ByteString.copyFrom(new byte[8]);
  }

  @Override
  public SignedRecord ownRecord() {
    return SignedRecord.getDefaultInstance();
  }

  @Override
  public @Nullable StreamAcceptor acceptor(StreamKind kind) {
    return null;
  }

  @Override
  public @Nullable ByteStreamAcceptor acceptor(ByteStreamKind kind) {
    return null;
  }

  @Override
  public DatagramReceiver datagramReceiver() {
    return (peer, datagram) -> {};
  }

  @Override
  public BulkStreams bulk() {
    throw new UnsupportedOperationException("no streams of bytes are expected");
  }

  @Override
  public Counters counters() {
    return counters;
  }

  @Override
  public Events events() {
    throw new UnsupportedOperationException("no events are expected");
  }

  @Override
  public void logLimited(Logger log, String format, Object... arguments) {}
}
