package dev.parley.it.faults.agent;

import java.lang.instrument.ClassFileTransformer;
import java.security.ProtectionDomain;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Adds calls of {@link Faults} to the classes of the programs. */
final class Incisions implements ClassFileTransformer {
  private static final int ASM = Opcodes.ASM9;
  private static final String FAULTS = "dev/parley/it/faults/agent/Faults";
  private static final String CLOCK = "java/time/Clock";

  /** Where programs take the system's clock; all else is handed one. */
  private static final List<String> WITH_CLOCK =
      List.of("dev/parley/daemon/", "dev/parley/relay/server/");

  @Override
  public byte @Nullable [] transform(
      @Nullable ClassLoader loader,
      @Nullable String name,
      @Nullable Class<?> redefined,
      @Nullable ProtectionDomain domain,
      byte[] original) {
    if (name == null || !isOfInterest(name)) {
      return null;
    }
    try {
      return cut(name, original);
    } catch (RuntimeException e) {
      // The JVM would go on with the class as it was, and a test would wait for nothing.
      System.err.println("faults: " + name + " cannot be cut: " + e);
      Runtime.getRuntime().halt(1);
      return null;
    }
  }

  private static boolean isOfInterest(String name) {
    return WITH_CLOCK.stream().anyMatch(name::startsWith) || !pointsOf(name).isEmpty();
  }

  private static List<FaultPoint> pointsOf(String name) {
    return Arrays.stream(FaultPoint.values()).filter(it -> it.type().equals(name)).toList();
  }

  static byte[] cut(String name, byte[] original) {
    ClassReader reader = new ClassReader(original);
    // No branches are added, so that the frames stay as they are.
    ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
    List<FaultPoint> points = pointsOf(name);
    reader.accept(
        new ClassVisitor(ASM, writer) {
          @Override
          public MethodVisitor visitMethod(
              int access,
              String method,
              String descriptor,
              @Nullable String signature,
              String @Nullable [] exceptions) {
            return new Cut(
                super.visitMethod(access, method, descriptor, signature, exceptions),
                points.stream().filter(it -> it.isMarkedBy(method, descriptor)).toList());
          }
        },
        0);
    return writer.toByteArray();
  }

  private static final class Cut extends MethodVisitor {
    private final List<FaultPoint> points;

    Cut(MethodVisitor next, List<FaultPoint> points) {
      super(ASM, next);
      this.points = points;
    }

    @Override
    public void visitCode() {
      super.visitCode();
      pass(FaultPoint.Side.BEFORE);
    }

    @Override
    public void visitInsn(int opcode) {
      if (opcode >= Opcodes.IRETURN && opcode <= Opcodes.RETURN) {
        pass(FaultPoint.Side.AFTER);
      }
      super.visitInsn(opcode);
    }

    @Override
    public void visitMethodInsn(
        int opcode, String owner, String method, String descriptor, boolean isInterface) {
      if (owner.equals(CLOCK) && method.equals("systemUTC")) {
        super.visitMethodInsn(Opcodes.INVOKESTATIC, FAULTS, "clock", descriptor, false);
      } else {
        super.visitMethodInsn(opcode, owner, method, descriptor, isInterface);
      }
    }

    private void pass(FaultPoint.Side side) {
      for (FaultPoint point : points) {
        if (point.side() == side) {
          super.visitLdcInsn(point.name());
          super.visitMethodInsn(
              Opcodes.INVOKESTATIC, FAULTS, "pass", "(Ljava/lang/String;)V", false);
        }
      }
    }
  }
}
