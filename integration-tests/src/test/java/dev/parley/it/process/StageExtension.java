package dev.parley.it.process;

import java.nio.file.Path;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Hands a {@link Stage} to a test, or to all tests of a class by {@code @BeforeAll}, and clears it
 * away. When a test fails, the logs of its processes stay in {@code target/it-logs}.
 */
public final class StageExtension
    implements ParameterResolver, AfterEachCallback, AfterAllCallback {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(StageExtension.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Stage.class;
  }

  @Override
  public Stage resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Stage stage = Stage.open(Distribution.built());
    context.getStore(NAMESPACE).put(context.getUniqueId(), stage);
    return stage;
  }

  @Override
  public void afterEach(ExtensionContext context) throws Exception {
    if (context.getExecutionException().isPresent()) {
      keepLogs(context, context);
      context.getParent().ifPresent(parent -> keepLogs(parent, context));
    }
    close(context);
  }

  private static void keepLogs(ExtensionContext owner, ExtensionContext failed) {
    Stage stage = owner.getStore(NAMESPACE).get(owner.getUniqueId(), Stage.class);
    if (stage != null) {
      Path where =
          Distribution.logs()
              .resolve(failed.getRequiredTestClass().getSimpleName())
              .resolve(failed.getRequiredTestMethod().getName());
      stage.keepLogs(where);
      System.err.println("the logs of all processes of this test are in " + where);
    }
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    close(context);
  }

  private static void close(ExtensionContext context) throws Exception {
    Stage stage = context.getStore(NAMESPACE).remove(context.getUniqueId(), Stage.class);
    if (stage != null) {
      stage.close();
    }
  }
}
