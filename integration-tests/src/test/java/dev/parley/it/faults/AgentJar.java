package dev.parley.it.faults;

import dev.parley.it.faults.agent.FaultAgent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import org.objectweb.asm.ClassReader;

/** Packs the agent for the JVMs of a test. */
final class AgentJar {
  private AgentJar() {}

  static Path make(Path directory) {
    Path classes = origin(FaultAgent.class);
    String folder = FaultAgent.class.getPackageName().replace('.', '/');
    Manifest manifest = new Manifest();
    Attributes main = manifest.getMainAttributes();
    main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    main.put(new Attributes.Name("Premain-Class"), FaultAgent.class.getName());
    main.put(Attributes.Name.CLASS_PATH, origin(ClassReader.class).toUri().toString());
    Path jar = directory.resolve("faults.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest);
        Stream<Path> files = Files.list(classes.resolve(folder))) {
      List<Path> all = files.filter(file -> file.toString().endsWith(".class")).toList();
      for (Path file : all) {
        out.putNextEntry(new JarEntry(folder + "/" + file.getFileName()));
        out.write(Files.readAllBytes(file));
      }
      return jar;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path origin(Class<?> type) {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath());
  }
}
