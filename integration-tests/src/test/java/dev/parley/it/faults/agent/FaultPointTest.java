package dev.parley.it.faults.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** The agent finds its places in the classes as they are. */
class FaultPointTest {
  @ParameterizedTest
  @EnumSource(FaultPoint.class)
  void eachPointIsInTheClassThatItNames(FaultPoint point) throws IOException {
    assertThat(called(cut(point.type()))).contains(point.name());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "dev/parley/daemon/Parleyd",
        "dev/parley/daemon/RelayCommand",
        "dev/parley/relay/server/RelayServer"
      })
  void theProgramsGetTheirClockFromTheAgent(String type) throws IOException {
    assertThat(called(original(type))).contains("java/time/Clock.systemUTC");
    assertThat(called(cut(type)))
        .contains("dev/parley/it/faults/agent/Faults.clock")
        .doesNotContain("java/time/Clock.systemUTC");
  }

  @Test
  void ordersAreReadAsTheyWereWritten() {
    Orders orders = new Orders("AMID_COMMIT", 3, Duration.ofDays(-3_652), Duration.ofMillis(300));
    assertThat(Orders.parse(orders.text())).isEqualTo(orders);
    assertThat(Orders.parse("")).isEqualTo(Orders.NONE);
  }

  private static byte[] cut(String type) throws IOException {
    return Incisions.cut(type, original(type));
  }

  private static byte[] original(String type) throws IOException {
    try (InputStream in =
        FaultPointTest.class.getClassLoader().getResourceAsStream(type + ".class")) {
      return Objects.requireNonNull(in, type).readAllBytes();
    }
  }

  /** Constants and methods, in the order of the instructions that push and call them. */
  private static List<String> called(byte[] type) {
    List<String> called = new ArrayList<>();
    MethodVisitor instructions =
        new MethodVisitor(Opcodes.ASM9) {
          @Override
          public void visitLdcInsn(Object value) {
            called.add(String.valueOf(value));
          }

          @Override
          public void visitMethodInsn(
              int opcode, String owner, String method, String descriptor, boolean isInterface) {
            called.add(owner + "." + method);
          }
        };
    new ClassReader(type)
        .accept(
            new ClassVisitor(Opcodes.ASM9) {
              @Override
              public MethodVisitor visitMethod(
                  int access, String name, String descriptor, String signature, String[] thrown) {
                return instructions;
              }
            },
            0);
    return called;
  }
}
