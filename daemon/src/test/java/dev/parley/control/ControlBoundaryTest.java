package dev.parley.control;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.parley", importOptions = ImportOption.DoNotIncludeTests.class)
class ControlBoundaryTest {
  @ArchTest
  static final ArchRule grpcIsKnownToControlAlone =
      noClasses()
          .that()
          .resideOutsideOfPackages("dev.parley.control..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.grpc..")
          .because("gRPC is one of several ways to reach a node; the node must not know which");

  @ArchTest
  static final ArchRule controlSeesTheNodeThroughItsInterface =
      noClasses()
          .that()
          .resideInAPackage("dev.parley.control")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.parley.transport..",
              "dev.parley.store..",
              "dev.parley.nat..",
              "dev.parley.relay..")
          .because("another way to reach the node must be able to stand beside it");
}
