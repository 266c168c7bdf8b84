package dev.reveille.protocols.rest;

import static dev.reveille.protocols.json.Refusal.malformed;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.reveille.model.CallId;
import dev.reveille.model.Content;
import dev.reveille.model.Event;
import dev.reveille.model.EventClass;
import dev.reveille.model.Reason;
import dev.reveille.model.Surrogates;
import dev.reveille.model.UnsafeCharacters;
import dev.reveille.protocols.json.JsonBody;
import dev.reveille.protocols.json.JsonParsers;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.protocols.json.Times;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Parses events from JSON, directly from the bytes into drafts without a tree, because it is on
/// the hot path. A batch has at most [#MOST_EVENTS] events, an event at most [#MOST_CONTENT] bytes
/// of content. Whatever the bytes are, the result is a draft or a [Refusal].
final class EventReader {
  /// Title, text and data of one event together, in UTF-8.
  static final int MOST_CONTENT = 64 * 1024;

  static final int MOST_EVENTS = 500;
  private static final int MOST_FOLDERS = 100;
  private static final List<String> CALL = List.of("id", "caller", "video");
  private static final List<String> CALLER = List.of("name", "address");
  private static final List<String> CONTENT = List.of("title", "text", "data");

  private EventReader() {}

  /// What stands at one place of a batch.
  sealed interface Item {
    record Read(EventDraft draft) implements Item {}

    record Refused(Refusal why) implements Item {}
  }

  /// What a request of type `application/json` holds.
  sealed interface Request {
    record One(EventDraft draft) implements Request {}

    record Several(List<Item> items) implements Request {}
  }

  /// One object or a list.
  ///
  /// @throws Refusal when the whole request cannot be read
  static Request read(final byte[] body) {
    try (var in = JsonParsers.parser(body, 0, body.length)) {
      final var request =
          switch (in.nextToken()) {
            case START_OBJECT -> new Request.One(object(in));
            case START_ARRAY -> new Request.Several(items(in));
            case null ->
                throw malformed("", "the request needs an event or a list of events as its body");
            default ->
                throw malformed(
                    "", "must be an event (an object) or a list of events, not " + word(in));
          };
      if (in.nextToken() != null) {
        throw malformed("", "something follows after the end of the JSON");
      }
      return request;
    } catch (IOException | IllegalStateException e) {
      throw JsonParsers.unreadable(e);
    }
  }

  /// One event a line. A line that cannot be read spoils nothing but itself.
  static List<Item> lines(final byte[] body) {
    final var items = new ArrayList<Item>();
    for (int from = 0; from < body.length; ) {
      int to = from;
      while (to < body.length && body[to] != '\n') {
        to++;
      }
      if (!isBlank(body, from, to)) {
        roomFor(items);
        items.add(line(body, from, to));
      }
      from = to + 1;
    }
    if (items.isEmpty()) {
      throw malformed("", "the request has no line with an event");
    }
    return items;
  }

  private static Item line(final byte[] body, final int from, final int to) {
    try (var in = JsonParsers.parser(body, from, to - from)) {
      if (in.nextToken() != JsonToken.START_OBJECT) {
        throw malformed("", "each line must be an event (an object)");
      }
      final var draft = object(in);
      if (in.nextToken() != null) {
        throw malformed("", "something follows after the event on its line");
      }
      return new Item.Read(draft);
    } catch (Refusal why) {
      return new Item.Refused(why);
    } catch (IOException | IllegalStateException e) {
      return new Item.Refused(JsonParsers.unreadable(e));
    }
  }

  private static boolean isBlank(final byte[] body, final int from, final int to) {
    for (int i = from; i < to; i++) {
      if (body[i] != ' ' && body[i] != '\t' && body[i] != '\r') {
        return false;
      }
    }
    return true;
  }

  private static void roomFor(final List<Item> items) {
    if (items.size() == MOST_EVENTS) {
      throw new Refusal(Reason.TOO_LARGE, "at most " + MOST_EVENTS + " events in one request");
    }
  }

  private static List<Item> items(final JsonParser in) throws IOException {
    final var items = new ArrayList<Item>();
    while (in.nextToken() != JsonToken.END_ARRAY) {
      roomFor(items);
      if (in.currentToken() == JsonToken.START_OBJECT) {
        items.add(item(in));
      } else {
        items.add(new Item.Refused(malformed("", "must be an event (an object), not " + word(in))));
        in.skipChildren();
      }
    }
    if (items.isEmpty()) {
      throw malformed("", "the list of events is empty");
    }
    return items;
  }

  private static Item item(final JsonParser in) throws IOException {
    final int depth = in.getParsingContext().getNestingDepth();
    try {
      return new Item.Read(object(in));
    } catch (Refusal why) {
      // The rest of this one is skipped; broken JSON in it still breaks the whole request.
      while (in.currentToken() != JsonToken.END_OBJECT
          || in.getParsingContext().getNestingDepth() >= depth) {
        if (in.nextToken() == null) {
          break;
        }
      }
      return new Item.Refused(why);
    }
  }

  private static EventDraft object(final JsonParser in) throws IOException {
    final var draft = new EventDraft();
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      final var field = EventField.named(name);
      if (field == null) {
        throw JsonBody.unknown("", name, EventField.NAMES);
      }
      draft.named = once("", draft.named, field.bit(), name);
      if (in.nextToken() != JsonToken.VALUE_NULL) {
        draft.given |= field.bit();
        value(in, draft, field);
      }
    }
    return draft.checked();
  }

  private static void value(final JsonParser in, final EventDraft draft, final EventField field)
      throws IOException {
    switch (field) {
      case ID -> draft.id = filled(in, "id");
      case SOURCE -> draft.source = filled(in, "source");
      case CLASS -> draft.as = eventClass(filled(in, "class"));
      case TYPE -> draft.type = printable("type", whole("type", filled(in, "type")));
      case TO -> draft.to = texts(in, "to", Event.MOST_RECIPIENTS);
      case CALL -> call(in, draft);
      case RING_FOR -> draft.ringFor = Times.duration("ringFor", text(in, "ringFor"));
      case HOW -> draft.how = filled(in, "how");
      case WHERE -> draft.where = printable("where", free(in, "where"));
      case CONVERSATION -> draft.conversation = filled(in, "conversation");
      case CONTENT -> draft.content = content(in);
      case COLLAPSE -> draft.collapse = whole("collapse", text(in, "collapse"));
      case FOLDERS -> draft.folders = texts(in, "folders", MOST_FOLDERS);
      case ALERT_BEFORE -> draft.alertBefore = Times.moment("alertBefore", text(in, "alertBefore"));
      case ALERT_FOR -> draft.alertFor = Times.duration("alertFor", text(in, "alertFor"));
      case KEEP_UNTIL -> draft.keepUntil = Times.moment("keepUntil", text(in, "keepUntil"));
      case KEEP_FOR -> draft.keepFor = Times.duration("keepFor", text(in, "keepFor"));
    }
  }

  private static EventClass eventClass(final String word) {
    return switch (word) {
      case "call" -> EventClass.CALL;
      case "call-end" -> EventClass.CALL_END;
      case "message" -> EventClass.MESSAGE;
      case "alert" -> EventClass.ALERT;
      case "change" -> EventClass.CHANGE;
      case "silent" -> EventClass.SILENT;
      default ->
          throw malformed(
              "class",
              "must be call, call-end, message, alert, change or silent, not \"" + word + "\"");
    };
  }

  private static void call(final JsonParser in, final EventDraft draft) throws IOException {
    begin(in, "call");
    int named = 0;
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      named = once("call.", named, bit(name, CALL), name);
      if (in.nextToken() == JsonToken.VALUE_NULL) {
        continue;
      }
      switch (name) {
        case "id" -> draft.call = callId(text(in, "call.id"));
        case "caller" -> {
          draft.callerGiven = true;
          caller(in, draft);
        }
        case "video" -> draft.video = flag(in, "call.video");
        default -> throw JsonBody.unknown("call.", name, CALL);
      }
    }
    if (draft.call == null) {
      throw malformed("call.id", "is missing");
    }
  }

  /// Refuses a field that stands twice in one object, also where one of the two says `null`.
  ///
  /// @param named bits of the fields that were there before
  /// @return the same with this one
  private static int once(final String path, final int named, final int bit, final String name) {
    if ((named & bit) != 0) {
      throw malformed(path + name, "is there twice");
    }
    return named | bit;
  }

  /// 0 for a name that the object does not have.
  private static int bit(final String name, final List<String> known) {
    final int place = known.indexOf(name);
    return place < 0 ? 0 : 1 << place;
  }

  private static CallId callId(final String text) {
    try {
      if (text.length() == 36) {
        return CallId.of(text);
      }
    } catch (IllegalArgumentException _) {
      // said below
    }
    throw malformed("call.id", "must be a UUID, not \"" + text + "\"");
  }

  private static void caller(final JsonParser in, final EventDraft draft) throws IOException {
    begin(in, "call.caller");
    int named = 0;
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      named = once("call.caller.", named, bit(name, CALLER), name);
      if (in.nextToken() == JsonToken.VALUE_NULL) {
        continue;
      }
      switch (name) {
        case "name" -> draft.callerName = printable(in, "call.caller.name");
        case "address" -> draft.callerAddress = printable(in, "call.caller.address");
        default -> throw JsonBody.unknown("call.caller.", name, CALLER);
      }
    }
  }

  private static Content content(final JsonParser in) throws IOException {
    begin(in, "content");
    String title = "";
    String text = "";
    Map<String, String> data = Map.of();
    int named = 0;
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      named = once("content.", named, bit(name, CONTENT), name);
      if (in.nextToken() == JsonToken.VALUE_NULL) {
        continue;
      }
      switch (name) {
        case "title" -> title = free(in, "content.title");
        case "text" -> text = free(in, "content.text");
        case "data" -> data = data(in);
        default -> throw JsonBody.unknown("content.", name, CONTENT);
      }
    }
    checkSize(title, text, data);
    return new Content(title, text, data);
  }

  private static void checkSize(
      final String title, final String text, final Map<String, String> data) {
    if (data.isEmpty() && 3L * (title.length() + text.length()) <= MOST_CONTENT) {
      return; // a character has at most three bytes, so there is no need to look at each
    }
    long bytes = (long) bytesOf(title) + bytesOf(text);
    for (final var entry : data.entrySet()) {
      bytes += (long) bytesOf(entry.getKey()) + bytesOf(entry.getValue());
    }
    if (bytes > MOST_CONTENT) {
      throw new Refusal(
          Reason.TOO_LARGE,
          "content: has " + bytes + " bytes, at most " + MOST_CONTENT + " are allowed");
    }
  }

  private static Map<String, String> data(final JsonParser in) throws IOException {
    begin(in, "content.data");
    final var data = new HashMap<String, String>();
    Set<String> empty = Set.of(); // of those that say `null`, which are as good as left out
    for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
      final var field = "content.data." + name;
      final boolean first;
      if (in.nextToken() == JsonToken.VALUE_NULL) {
        empty = empty.isEmpty() ? new HashSet<>() : empty;
        first = empty.add(name) && !data.containsKey(name);
      } else {
        first = data.put(name, free(in, field)) == null && !empty.contains(name);
      }
      if (!first) {
        throw malformed(field, "is there twice");
      }
    }
    return data;
  }

  private static void begin(final JsonParser in, final String field)
      throws JsonProcessingException {
    if (in.currentToken() != JsonToken.START_OBJECT) {
      throw malformed(field, "must be an object, not " + word(in));
    }
  }

  private static List<String> texts(final JsonParser in, final String field, final int most)
      throws IOException {
    if (in.currentToken() != JsonToken.START_ARRAY) {
      throw malformed(field, "must be a list of texts, not " + word(in));
    }
    in.nextToken();
    if (in.currentToken() == JsonToken.END_ARRAY) {
      throw malformed(field, "must name 1 to " + most + ", not 0");
    }
    final var first = filled(in, field);
    if (in.nextToken() == JsonToken.END_ARRAY) {
      return List.of(first);
    }
    final var texts = new ArrayList<String>();
    texts.add(first);
    do {
      if (texts.size() == most) {
        throw malformed(field, "must name 1 to " + most + ", not more");
      }
      texts.add(filled(in, field));
    } while (in.nextToken() != JsonToken.END_ARRAY);
    return texts;
  }

  private static boolean flag(final JsonParser in, final String field) {
    return switch (in.currentToken()) {
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> throw malformed(field, "must be true or false, not " + word(in));
    };
  }

  /// A short text that is shown on one line, on a phone and to operators.
  private static String printable(final JsonParser in, final String field) throws IOException {
    final var text = free(in, field);
    if (text.length() > 256) {
      throw malformed(field, "must have at most 256 characters, not " + text.length());
    }
    return printable(field, text);
  }

  /// @throws Refusal when a terminal or a log could take a part of the text for a command
  static String printable(final String field, final String text) {
    if (UnsafeCharacters.in(text)) {
      throw malformed(field, "must not hold control characters, bidirectional ones included");
    }
    return text;
  }

  /// Free text, which an unpaired surrogate must not make unreadable for a strict reader.
  private static String free(final JsonParser in, final String field) throws IOException {
    return Surrogates.mended(text(in, field));
  }

  /// What is compared: two that no encoding can carry would become the same.
  private static String whole(final String field, final String name) {
    if (Surrogates.halfIn(name)) {
      throw malformed(field, "holds half a surrogate pair: no character");
    }
    return name;
  }

  private static String filled(final JsonParser in, final String field) throws IOException {
    final var text = text(in, field);
    if (text.isEmpty()) {
      throw malformed(field, "must not be empty");
    }
    return text;
  }

  private static String text(final JsonParser in, final String field) throws IOException {
    if (in.currentToken() != JsonToken.VALUE_STRING) {
      throw malformed(field, "must be a text, not " + word(in));
    }
    return in.getText();
  }

  /// How many bytes the text has in UTF-8.
  static int bytesOf(final String text) {
    int bytes = text.length();
    for (int i = 0; i < text.length(); i++) {
      final char c = text.charAt(i);
      if (c >= 0x80) {
        // Each half of a pair counts two, the pair four.
        bytes += c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
      }
    }
    return bytes;
  }

  private static String word(final JsonParser in) {
    return switch (in.currentToken()) {
      case START_OBJECT, END_OBJECT -> "an object";
      case START_ARRAY, END_ARRAY -> "a list";
      case VALUE_STRING -> "a text";
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
      case VALUE_TRUE, VALUE_FALSE -> "true or false";
      case VALUE_NULL -> "null";
      case FIELD_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE -> "something else";
      case null -> "nothing";
    };
  }
}
