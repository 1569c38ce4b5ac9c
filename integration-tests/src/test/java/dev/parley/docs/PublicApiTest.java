package dev.parley.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.protobuf.ByteString;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The list of the public API in {@code docs/embedding.md} is closed, complete, and compared. */
class PublicApiTest {
  private static final Page PAGE = Page.of("docs/embedding.md");
  private static final Set<Class<?>> OF_OTHERS =
      Set.of(ImmutableList.class, ImmutableMap.class, ImmutableSet.class, ByteString.class);

  private static Set<String> listed() {
    Set<String> names = new TreeSet<>();
    for (List<String> row : PAGE.tableBehind("| package | public API |")) {
      String packageName = row.get(0).replace("`", "");
      for (String type : row.get(1).replace("`", "").split(", ")) {
        names.add(packageName + "." + type);
      }
    }
    return names;
  }

  private static List<Class<?>> types() throws ClassNotFoundException {
    TreeSet<String> names = new TreeSet<>(listed());
    List<Class<?>> types = new java.util.ArrayList<>();
    for (String name : names) {
      addWithNested(Class.forName(name), types);
    }
    return types;
  }

  private static void addWithNested(Class<?> type, List<Class<?>> types) {
    types.add(type);
    Arrays.stream(type.getDeclaredClasses())
        .filter(nested -> isVisible(nested.getModifiers()))
        .forEach(nested -> addWithNested(nested, types));
  }

  @Test
  void itsSignaturesNameNothingThatIsInternal() throws Exception {
    List<Class<?>> types = types();
    assertThat(types).hasSizeGreaterThan(50).allMatch(type -> isVisible(type.getModifiers()));
    for (Class<?> type : types) {
      Set<Class<?>> named = new java.util.HashSet<>();
      signature(type).forEach(part -> collect(part, named));
      assertThat(named)
          .as("what %s speaks of", type)
          .allMatch(
              part ->
                  part.getName().startsWith("java.")
                      || OF_OTHERS.contains(part)
                      || types.contains(part));
    }
  }

  @Test
  void theBuildComparesExactlyTheseTypes() {
    Set<String> compared = new TreeSet<>();
    for (String module : List.of("proto", "daemon")) {
      String pom = Page.read(Page.ROOT.resolve(module).resolve("pom.xml"));
      Set<String> plain = included(pom, "<include>(dev/parley/[\\w/]+)\\.class</include>");
      assertThat(included(pom, "<include>(dev/parley/[\\w/]+)\\$\\*\\.class</include>"))
          .as("with what is nested")
          .isEqualTo(plain);
      compared.addAll(plain);
    }
    assertThat(compared).isEqualTo(listed());
  }

  @Test
  void whatProgramsMakeOrImplementIsOnTheListAndExists() throws Exception {
    String pom = Page.read(Page.ROOT.resolve("daemon").resolve("pom.xml"));
    Set<String> made = included(pom, "<include>(dev\\.parley\\.[\\w.$]+)</include>");
    assertThat(made).hasSizeGreaterThan(8);
    List<Class<?>> types = types();
    for (String name : made) {
      Class<?> type = Class.forName(name);
      assertThat(types).contains(type);
      String shown = name.substring(name.lastIndexOf('.') + 1).replace('$', '.');
      assertThat(PAGE.text()).contains("`" + shown + "`");
    }
  }

  private static Set<String> included(String pom, String pattern) {
    TreeSet<String> names = new TreeSet<>();
    Pattern.compile(pattern)
        .matcher(pom)
        .results()
        .forEach(match -> names.add(match.group(1).replace('/', '.')));
    return names;
  }

  private static Stream<Type> signature(Class<?> type) {
    Stream<Type> own =
        Stream.concat(
            Stream.ofNullable(type.getGenericSuperclass()),
            Arrays.stream(type.getGenericInterfaces()));
    Stream<Type> fields =
        Arrays.stream(type.getDeclaredFields())
            .filter(field -> isVisible(field.getModifiers()))
            .map(Field::getGenericType);
    Stream<Type> calls =
        Stream.<Executable>concat(
                Arrays.stream(type.getDeclaredMethods()).map(Method.class::cast),
                Arrays.stream(type.getDeclaredConstructors()).map(Constructor.class::cast))
            .filter(call -> isVisible(call.getModifiers()) && !call.isSynthetic())
            .flatMap(PublicApiTest::signature);
    return Stream.of(own, fields, calls).flatMap(parts -> parts);
  }

  private static Stream<Type> signature(Executable call) {
    Stream<Type> around =
        Stream.concat(
            Arrays.stream(call.getGenericParameterTypes()),
            Arrays.stream(call.getGenericExceptionTypes()));
    return call instanceof Method method
        ? Stream.concat(around, Stream.of(method.getGenericReturnType()))
        : around;
  }

  private static void collect(Type type, Set<Class<?>> into) {
    if (type instanceof Class<?> plain) {
      Class<?> element = plain.isArray() ? plain.getComponentType() : plain;
      if (!element.isPrimitive()) {
        into.add(element);
      }
    } else if (type instanceof ParameterizedType generic) {
      collect(generic.getRawType(), into);
      Arrays.stream(generic.getActualTypeArguments()).forEach(part -> collect(part, into));
    } else if (type instanceof WildcardType wildcard) {
      Arrays.stream(wildcard.getUpperBounds()).forEach(part -> collect(part, into));
      Arrays.stream(wildcard.getLowerBounds()).forEach(part -> collect(part, into));
    } else if (!(type instanceof TypeVariable<?>)) {
      throw new IllegalStateException("a signature with " + type + ": teach this test");
    }
  }

  private static boolean isVisible(int modifiers) {
    return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
  }
}
