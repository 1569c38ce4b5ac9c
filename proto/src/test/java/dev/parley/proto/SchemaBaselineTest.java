package dev.parley.proto;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import dev.parley.control.v1.AddServiceRequest;
import dev.parley.control.v1.InviteRequest;
import dev.parley.control.v1.OpenChannel;
import dev.parley.control.v1.SendFilesRequest;
import dev.parley.control.v1.SendRequest;
import dev.parley.peer.v1.ChannelOpen;
import dev.parley.peer.v1.Envelope;
import dev.parley.peer.v1.FileFrame;
import dev.parley.peer.v1.Hello;
import dev.parley.peer.v1.PairingFrame;
import dev.parley.peer.v1.SignedPrekey;
import dev.parley.peer.v1.SignedRecord;
import dev.parley.relay.v1.MailRequest;
import dev.parley.relay.v1.RendezvousRequest;
import dev.parley.relay.v1.ServerFrame;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * What the schemas have said once they go on saying: fields, values and calls are added, never
 * removed, renamed, renumbered or retyped. {@code -Dschemas.renew=true} writes the baseline anew,
 * which a release does.
 */
class SchemaBaselineTest {
  private static final Path BASELINE = Path.of("src/test/resources/schemas.txt");
  private static final Path SOURCES = Path.of("src/main/proto");

  @Test
  void nothingThatTheSchemasHaveSaidIsGoneOrChanged() throws IOException {
    List<String> now = lines();
    if (Boolean.getBoolean("schemas.renew")) {
      Files.write(BASELINE, now);
    }
    List<String> baseline = Files.readAllLines(BASELINE);
    assertThat(baseline).hasSizeGreaterThan(300);
    assertThat(now)
        .as("removed or changed; if that must be, renew the baseline and say so in CHANGELOG.md")
        .containsAll(baseline);
  }

  @Test
  void everySchemaIsCompared() throws IOException {
    try (Stream<Path> files = Files.walk(SOURCES)) {
      assertThat(files.filter(Files::isRegularFile).map(SOURCES::relativize).map(Path::toString))
          .containsExactlyInAnyOrderElementsOf(
              schemas().stream().map(FileDescriptor::getName).toList());
    }
  }

  private static List<FileDescriptor> schemas() {
    return List.of(
        SendRequest.getDescriptor().getFile(),
        OpenChannel.getDescriptor().getFile(),
        AddServiceRequest.getDescriptor().getFile(),
        SendFilesRequest.getDescriptor().getFile(),
        InviteRequest.getDescriptor().getFile(),
        SignedRecord.getDescriptor().getFile(),
        Hello.getDescriptor().getFile(),
        ChannelOpen.getDescriptor().getFile(),
        FileFrame.getDescriptor().getFile(),
        Envelope.getDescriptor().getFile(),
        SignedPrekey.getDescriptor().getFile(),
        PairingFrame.getDescriptor().getFile(),
        MailRequest.getDescriptor().getFile(),
        RendezvousRequest.getDescriptor().getFile(),
        ServerFrame.getDescriptor().getFile());
  }

  private static List<String> lines() {
    TreeSet<String> lines = new TreeSet<>();
    for (FileDescriptor schema : schemas()) {
      schema.getMessageTypes().forEach(message -> add(message, lines));
      schema.getEnumTypes().forEach(values -> add(values, lines));
      schema.getServices().stream()
          .flatMap(service -> service.getMethods().stream())
          .map(SchemaBaselineTest::line)
          .forEach(lines::add);
    }
    return new ArrayList<>(lines);
  }

  private static void add(Descriptor message, TreeSet<String> lines) {
    lines.add("message " + message.getFullName());
    message.getFields().stream().map(SchemaBaselineTest::line).forEach(lines::add);
    message.getNestedTypes().forEach(nested -> add(nested, lines));
    message.getEnumTypes().forEach(values -> add(values, lines));
  }

  private static void add(EnumDescriptor values, TreeSet<String> lines) {
    values
        .getValues()
        .forEach(it -> lines.add("value " + it.getFullName() + " = " + it.getNumber()));
  }

  private static String line(FieldDescriptor field) {
    String type =
        switch (field.getJavaType()) {
          case MESSAGE -> field.getMessageType().getFullName();
          case ENUM -> field.getEnumType().getFullName();
          default -> field.getType().name().toLowerCase(Locale.ROOT);
        };
    String group =
        field.getContainingOneof() == null ? "" : " in " + field.getContainingOneof().getName();
    return Stream.of("field", field.getFullName(), "=", String.valueOf(field.getNumber()))
            .collect(Collectors.joining(" "))
        + (field.isRepeated() ? " repeated " : " ")
        + type
        + group;
  }

  private static String line(MethodDescriptor call) {
    return "rpc "
        + call.getFullName()
        + (call.isClientStreaming() ? " stream " : " ")
        + call.getInputType().getFullName()
        + (call.isServerStreaming() ? " returns stream " : " returns ")
        + call.getOutputType().getFullName();
  }
}
