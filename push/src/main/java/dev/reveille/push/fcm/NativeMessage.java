package dev.reveille.push.fcm;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.reveille.push.payload.Extent;
import dev.reveille.routing.port.PushContent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// A message that its caller wrote, `{"message":{…}}` as Google's HTTP v1 interface takes it. The
/// phone's token is put into it, and the time to live where it has none; every other byte stays as
/// it was given.
final class NativeMessage {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /// So large a message may be, in bytes: more than Google takes, and as much as one request
  /// carries together with a token.
  static final int LARGEST = 12_288;

  /// Stands where an object was not found.
  private static final int NOWHERE = -1;

  private final String text;

  /// Behind the brace that opens the message.
  private int message = NOWHERE;

  private boolean messageIsEmpty = true;

  /// Behind the brace that opens `android`.
  private int android = NOWHERE;

  private boolean androidIsEmpty = true;

  private boolean hasTimeToLive;
  private boolean collapses;

  private NativeMessage(final String text) {
    this.text = text;
  }

  /// The message but for the token of each phone.
  ///
  /// @throws IllegalArgumentException with what is wrong with it
  static FcmPayload.Shared of(final PushContent.Native content) {
    if (!content.headers().isEmpty()) {
      throw new IllegalArgumentException("Google takes no headers of a caller");
    }
    final NativeMessage one;
    try {
      final var bytes = ByteBuffer.wrap(content.body().toArray());
      one = new NativeMessage(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("the body is not in UTF-8", e);
    }
    try (JsonParser json = JSON.createParser(one.text)) {
      one.read(json);
    } catch (JsonProcessingException _) { // its words may hold content
      throw new IllegalArgumentException("the body is no JSON object without repeated names");
    } catch (IOException impossible) {
      throw new IllegalStateException("the text is in memory", impossible);
    }
    if (one.message == NOWHERE) {
      throw new IllegalArgumentException("the body has no object `message`");
    }
    return one.shared();
  }

  private void read(final JsonParser json) throws IOException {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw new IllegalArgumentException("the body is no JSON object");
    }
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      final var name = json.currentName();
      final var value = json.nextToken();
      if (name.equals("message") && value == JsonToken.START_OBJECT) {
        message = behind(json);
        readMessage(json);
      } else {
        json.skipChildren();
      }
    }
    if (json.nextToken() != null) {
      throw new IllegalArgumentException("something follows the body's JSON object");
    }
  }

  private void readMessage(final JsonParser json) throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      messageIsEmpty = false;
      final var name = json.currentName();
      final var value = json.nextToken();
      switch (name) {
        case "token", "topic", "condition" ->
            throw new IllegalArgumentException(
                "the message names a receiver of its own, in `" + name + "`");
        case "android" -> {
          if (value == JsonToken.START_OBJECT) {
            android = behind(json);
            readAndroid(json);
          } else {
            throw new IllegalArgumentException("`android` is no object");
          }
        }
        default -> json.skipChildren();
      }
    }
  }

  private void readAndroid(final JsonParser json) throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      androidIsEmpty = false;
      final var name = json.currentName();
      json.nextToken();
      hasTimeToLive |= name.equals("ttl");
      collapses |= name.equals("collapse_key") || name.equals("collapseKey");
      json.skipChildren();
    }
  }

  private static int behind(final JsonParser json) {
    return (int) json.currentTokenLocation().getCharOffset() + 1;
  }

  private FcmPayload.Shared shared() {
    final var start = text.substring(0, message) + "\"token\":";
    final var comma = messageIsEmpty ? "" : ",";
    if (hasTimeToLive) {
      return shared(start, comma + text.substring(message), "", false);
    }
    if (android == NOWHERE) {
      return shared(
          start, ",\"android\":{\"ttl\":\"", "s\"}" + comma + text.substring(message), true);
    }
    return shared(
        start,
        comma + text.substring(message, android) + "\"ttl\":\"",
        "s\"" + (androidIsEmpty ? "" : ",") + text.substring(android),
        true);
  }

  private FcmPayload.Shared shared(
      final String start, final String head, final String tail, final boolean takesTimeToLive) {
    return new FcmPayload.Shared(
        bytes(start),
        bytes(head),
        new byte[][] {bytes(tail)},
        Extent.WHOLE,
        takesTimeToLive,
        collapses);
  }

  private static byte[] bytes(final String some) {
    return some.getBytes(StandardCharsets.UTF_8);
  }
}
