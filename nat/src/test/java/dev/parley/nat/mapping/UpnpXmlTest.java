package dev.parley.nat.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class UpnpXmlTest {
  private static String nested(int depth) {
    return "<controlURL>".repeat(depth) + "x" + "</controlURL>".repeat(depth);
  }

  private static UpnpXml parse(String xml) throws IOException {
    return UpnpXml.parse(xml.getBytes(StandardCharsets.UTF_8));
  }

  /** Reading the text of an element costs a stack frame for each level within. */
  @Test
  void xmlThatIsNestedDeeplyIsRefused() throws IOException {
    assertThatThrownBy(() -> parse(nested(5_000))).isInstanceOf(MappingException.class);
    assertThatThrownBy(() -> parse(nested(33))).isInstanceOf(MappingException.class);
    assertThat(parse(nested(32)).text("controlURL")).contains("x");
  }

  @Test
  void theReasonOfARefusalIsShortHoweverLongANameIs() {
    assertThatThrownBy(() -> parse("<" + "a".repeat(100_000) + "></b>"))
        .isInstanceOf(MappingException.class)
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
  }
}
