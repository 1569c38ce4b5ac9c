package dev.parley.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.MessageLite;
import dev.parley.link.Link;
import dev.parley.link.LinkStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ReadGateTest {
  private final AtomicLong total = new AtomicLong();

  @Test
  void aStreamThatHoldsTooMuchIsStoppedAndResumedAtHalf() {
    RecordingStream stream = new RecordingStream();
    ReadGate gate = new ReadGate(total);
    gate.attach(stream);
    gate.hold(ReadGate.MAX_STREAM_BYTES);
    assertThat(stream.readings).isEmpty();
    gate.hold(1);
    assertThat(stream.readings).containsExactly(false);
    gate.release(ReadGate.MAX_STREAM_BYTES / 2);
    assertThat(stream.readings).containsExactly(false);
    gate.release(1);
    assertThat(stream.readings).containsExactly(false, true);
  }

  @Test
  void manyStreamsTogetherAreStoppedByTheirSumAndEachResumesWhenItIsEmpty() {
    List<RecordingStream> streams = new ArrayList<>();
    List<ReadGate> gates = new ArrayList<>();
    long each = ReadGate.MAX_STREAM_BYTES / 2;
    for (int i = 0; i < 2 * ReadGate.MAX_TOTAL_BYTES / each; i++) {
      RecordingStream stream = new RecordingStream();
      ReadGate gate = new ReadGate(total);
      gate.attach(stream);
      gate.hold(each);
      streams.add(stream);
      gates.add(gate);
    }
    assertThat(streams.get(0).readings).isEmpty();
    assertThat(streams.get(streams.size() - 1).readings).containsExactly(false);
    gates.forEach(gate -> gate.release(each));
    assertThat(streams)
        .allMatch(
            stream -> stream.readings.isEmpty() || stream.readings.equals(List.of(false, true)));
    assertThat(total).hasValue(0);
  }

  @Test
  void framesThatCameBeforeTheStreamWasNamedCountToo() {
    RecordingStream stream = new RecordingStream();
    ReadGate gate = new ReadGate(total);
    gate.hold(ReadGate.MAX_STREAM_BYTES + 1);
    gate.attach(stream);
    assertThat(stream.readings).containsExactly(false);
  }

  private static final class RecordingStream implements LinkStream {
    private final List<Boolean> readings = new ArrayList<>();

    @Override
    public Link link() {
      throw new UnsupportedOperationException("not needed here");
    }

    @Override
    public void write(List<? extends MessageLite> frames) {}

    @Override
    public boolean isWritable() {
      return true;
    }

    @Override
    public void setReading(boolean reading) {
      readings.add(reading);
    }

    @Override
    public void close() {}
  }
}
