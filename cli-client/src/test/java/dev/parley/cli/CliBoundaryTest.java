package dev.parley.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.parley", importOptions = ImportOption.DoNotIncludeTests.class)
class CliBoundaryTest {
  @ArchTest
  static final ArchRule theProgramKnowsOnlyWhatCrossesTheSocket =
      noClasses()
          .that()
          .resideInAPackage("dev.parley.cli..")
          .should()
          .dependOnClassesThat(
              JavaClass.Predicates.resideInAPackage("dev.parley..")
                  .and(
                      JavaClass.Predicates.resideOutsideOfPackages(
                          "dev.parley.cli..", "dev.parley.proto..", "dev.parley.control.v1")))
          .because("a client in another language has no more than the schema either");

  @ArchTest
  static final ArchRule theCodeLibraryIsKnownToOneClass =
      noClasses()
          .that()
          .doNotHaveSimpleName("QrCode")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.google.zxing..")
          .because("commands that draw no code must not pay for loading it");
}
