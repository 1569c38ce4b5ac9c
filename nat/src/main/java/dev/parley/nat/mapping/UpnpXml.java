package dev.parley.nat.mapping;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.ErrorHandler;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/**
 * What is read out of a gateway's XML. No document type, hence no entity, of the sender's making.
 */
final class UpnpXml {
  /** Real descriptions nest nine deep; reading an element's text takes a stack frame per level. */
  private static final String MAX_DEPTH = "32";

  /** Of what the parser says: it quotes names of any length. */
  private static final int MAX_REASON = 200;

  private final Document document;

  private UpnpXml(Document document) {
    this.document = document;
  }

  /** A service that can map ports, and where to ask it. */
  record Service(String type, String controlUrl) {}

  static UpnpXml parse(byte[] xml) throws IOException {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      factory.setAttribute("jdk.xml.maxElementDepth", MAX_DEPTH);
      factory.setXIncludeAware(false);
      factory.setExpandEntityReferences(false);
      factory.setNamespaceAware(true);
      DocumentBuilder builder = factory.newDocumentBuilder();
      builder.setErrorHandler(new Silent());
      return new UpnpXml(builder.parse(new ByteArrayInputStream(xml)));
    } catch (SAXException e) {
      String reason = String.valueOf(e.getMessage());
      throw new MappingException(
          "the gateway's XML cannot be read: "
              + reason.substring(0, Math.min(reason.length(), MAX_REASON)));
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException("this JVM lacks a safe XML parser", e);
    }
  }

  /** In the order of the description; each has both parts. */
  List<Service> services() {
    List<Service> found = new ArrayList<>();
    NodeList all = document.getElementsByTagNameNS("*", "service");
    for (int i = 0; i < all.getLength(); i++) {
      Element service = (Element) all.item(i);
      Optional<String> type = text(service, "serviceType");
      Optional<String> url = text(service, "controlURL");
      if (type.isPresent() && url.isPresent()) {
        found.add(new Service(type.get(), url.get()));
      }
    }
    return found;
  }

  Optional<String> text(String name) {
    return text(document.getDocumentElement(), name);
  }

  private static Optional<String> text(Element within, String name) {
    NodeList found = within.getElementsByTagNameNS("*", name);
    return found.getLength() == 0
        ? Optional.empty()
        : Optional.of(found.item(0).getTextContent().strip());
  }

  /** The parser would otherwise print to standard error. */
  private static final class Silent implements ErrorHandler {
    @Override
    public void warning(SAXParseException e) {}

    @Override
    public void error(SAXParseException e) throws SAXException {
      throw e;
    }

    @Override
    public void fatalError(SAXParseException e) throws SAXException {
      throw e;
    }
  }
}
