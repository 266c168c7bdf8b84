package dev.reveille.bench.receiver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;

/// Reads a push as the device would for which it is.
public interface PushOpener {
  /// The content of a push as its device reads it.
  ///
  /// @param address whom it is for: a token, or the path of the request
  record Opened(String address, String title, String text) {}

  /// Whom it is for, as far as that is said in the open.
  String address(RawPushes.Raw push) throws IOException;

  /// @throws IOException when it cannot be read
  Opened open(RawPushes.Raw push) throws IOException;

  /// What its sender wrote: the body, before it was encrypted where it is.
  default byte[] content(final RawPushes.Raw push) throws IOException {
    return push.body();
  }

  /// A message of FCM: the token and the envelope are fields of it.
  PushOpener FCM =
      new PushOpener() {
        @Override
        public String address(final RawPushes.Raw push) throws IOException {
          return message(push).path("token").asText();
        }

        private static JsonNode message(final RawPushes.Raw push) throws IOException {
          return Json.READER.readTree(push.body()).path("message");
        }

        @Override
        public Opened open(final RawPushes.Raw push) throws IOException {
          final var message = message(push);
          return Json.shown(
              message.path("token").asText(),
              Json.READER.readTree(message.at("/data/reveille").asText()));
        }
      };

  /// A toast of WNS: title and text stand in it.
  PushOpener WNS =
      new PushOpener() {
        private final XMLInputFactory xml = XMLInputFactory.newFactory();

        @Override
        public String address(final RawPushes.Raw push) {
          return push.path();
        }

        @Override
        public Opened open(final RawPushes.Raw push) throws IOException {
          final var texts = new ArrayList<String>();
          try {
            final var in = xml.createXMLStreamReader(new ByteArrayInputStream(push.body()));
            while (in.hasNext()) {
              if (in.next() == XMLStreamConstants.START_ELEMENT
                  && in.getLocalName().equals("text")) {
                texts.add(in.getElementText());
              }
            }
          } catch (final XMLStreamException wrong) {
            throw new IOException("no XML: " + wrong.getMessage(), wrong);
          }
          if (texts.size() != 2) {
            throw new IOException("no toast with two texts");
          }
          return new Opened(push.path(), texts.get(0), texts.get(1));
        }
      };

  /// A message of Web Push, of which only the browser that it is for can read more than the path.
  ///
  /// @param browsers by path
  static PushOpener webPush(final Map<String, BrowserKeys> browsers) {
    return new PushOpener() {
      @Override
      public String address(final RawPushes.Raw push) {
        return push.path();
      }

      @Override
      public Opened open(final RawPushes.Raw push) throws IOException {
        return Json.shown(push.path(), Json.READER.readTree(content(push)));
      }

      @Override
      public byte[] content(final RawPushes.Raw push) throws IOException {
        final var browser = browsers.get(push.path());
        if (browser == null) {
          throw new IOException("no browser has the path " + push.path());
        }
        try {
          return browser.open(push.body());
        } catch (final GeneralSecurityException sealed) {
          throw new IOException("its browser cannot decrypt it: " + sealed.getMessage(), sealed);
        }
      }
    };
  }

  /// The envelope, which most services carry as JSON.
  final class Json {
    private static final ObjectMapper READER = new ObjectMapper();

    private Json() {}

    private static Opened shown(final String address, final JsonNode envelope) {
      return new Opened(
          address, envelope.at("/show/title").asText(), envelope.at("/show/body").asText());
    }
  }
}
