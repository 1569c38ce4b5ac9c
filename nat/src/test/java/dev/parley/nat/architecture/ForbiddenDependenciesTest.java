package dev.parley.nat.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What the paths must not know, and why. */
class ForbiddenDependenciesTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.parley.nat");

  @Test
  void natKnowsNothingElseOfParley() {
    classes()
        .should()
        .onlyDependOnClassesThat(
            DescribedPredicate.describe(
                "are in dev.parley.nat, or not of parley at all",
                ForbiddenDependenciesTest::natMayKnow))
        .because(
            "paths are found and switched for opaque keys and datagrams, so that the module is of"
                + " use on its own and a message can never depend on its path")
        .check(CLASSES);
  }

  @Test
  void natKnowsNoQuic() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.netty.handler.codec.quic..", "io.netty.handler.codec.http3..")
        .because("the switch lies beneath the transport and sees its packets' first bytes only")
        .check(CLASSES);
  }

  @Test
  void onlyTheIcePackageKnowsIce4j() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.parley.nat.ice..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.ice4j..", "org.jitsi..")
        .because("its threads and sockets are kept behind one door, where they can be replaced")
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  private static boolean natMayKnow(JavaClass dependency) {
    String in = dependency.getPackageName();
    return !(in + ".").startsWith("dev.parley.") || (in + ".").startsWith("dev.parley.nat.");
  }
}
