package dev.reveille.protocols.rest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.http.routes.SpellingSuggestion;
import dev.reveille.http.server.Answer;
import dev.reveille.model.PushService;
import dev.reveille.model.Reason;
import dev.reveille.model.Setting;
import dev.reveille.model.Surrogates;
import dev.reveille.protocols.answers.Answers;
import dev.reveille.protocols.json.JsonBody;
import dev.reveille.protocols.json.JsonOut;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.protocols.json.Times;
import dev.reveille.routing.port.SecretStore.Right;
import dev.reveille.routing.port.SettingsStore;
import dev.reveille.routing.port.SettingsStore.AuditFilter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;

/// `/v1/settings`: settings with versions; and `/v1/audit`, the audit log. On threads that may
/// block.
final class SettingsResource {
  private static final Pattern AUDIT_PLACE = Pattern.compile("[0-9]{0,18}");
  private static final Pattern COLLECTION = Pattern.compile("[a-z][a-z0-9-]{0,63}");
  private static final Pattern IDENTITY =
      Pattern.compile("global|(?:site|service):[^\\p{Cntrl}]{1,200}");
  private static final Pattern VERSION = Pattern.compile("\\d{1,18}");
  private static final List<String> SWITCHES =
      Arrays.stream(PushService.values())
          .filter(PushService::hasSwitch)
          .map(PushService::setting)
          .distinct()
          .toList();
  private static final List<String> COLLECTIONS = List.of(Setting.PUSH_NOTIFICATION);
  private static final int MOST_VALUES = 1_000;
  private static final int LONGEST_VALUE = 4_096;

  /// Overwrites whatever there is.
  private static final long ANY_VERSION = -1;

  /// How often a change of some values is tried when others change the same object meanwhile.
  private static final int MOST_TRIES = 10;

  private final SettingsStore settings;

  SettingsResource(final SettingsStore settings) {
    this.settings = settings;
  }

  Answer list(final Request request) {
    request.need(Right.MANAGE);
    final var collection = collection(request);
    final var all = settings.all(request.organisation(), collection);
    if (all.isEmpty()) {
      refuseUnknown(collection);
    }
    return Lists.answer(request, "settings", all, Setting::identity, SettingsResource::write);
  }

  Answer show(final Request request) {
    request.need(Right.MANAGE);
    final var collection = collection(request);
    final var setting = settings.get(request.organisation(), collection, identity(request));
    if (setting.isEmpty()) {
      refuseUnknown(collection);
      throw Refusal.notFound("setting", collection + "/" + request.second());
    }
    return answer(setting.get());
  }

  Answer put(final Request request) {
    request.need(Right.MANAGE);
    final var collection = collection(request);
    refuseUnknown(collection);
    final var values = new HashMap<String, List<String>>();
    for (final var field : given(request)) {
      if (!field.getValue().isNull()) {
        values.put(
            name(collection, field.getKey()), value(collection, field.getKey(), field.getValue()));
      }
    }
    return answer(keep(request, values, expected(request, () -> version(request))));
  }

  Answer patch(final Request request) {
    request.need(Right.MANAGE);
    final var collection = collection(request);
    refuseUnknown(collection);
    final long wanted = expected(request, () -> version(request));
    final var given = given(request);
    for (int attempt = 1; ; attempt++) {
      final var before = settings.get(request.organisation(), collection, identity(request));
      final var values = new HashMap<>(before.map(Setting::values).orElse(Map.of()));
      for (final var field : given) {
        final var name = name(collection, field.getKey());
        if (field.getValue().isNull()) {
          values.remove(name);
        } else {
          values.put(name, value(collection, name, field.getValue()));
        }
      }
      final long version = wanted == ANY_VERSION ? before.map(Setting::version).orElse(0L) : wanted;
      try {
        return answer(keep(request, values, version));
      } catch (SettingsStore.Stale stale) {
        if (wanted != ANY_VERSION || attempt == MOST_TRIES) {
          throw stale;
        }
      }
    }
  }

  Answer delete(final Request request) {
    request.need(Right.MANAGE);
    final var identity = identity(request);
    if (!settings.remove(request.organisation(), collection(request), identity, request.who())) {
      throw Refusal.notFound("setting", request.name() + "/" + identity);
    }
    return Answers.NO_CONTENT;
  }

  Answer audit(final Request request) {
    request.need(Right.MANAGE);
    final int limit = request.limit();
    final var found = settings.audit(request.organisation(), wanted(request), limit + 1);
    final var page =
        JsonOut.page(
            found.subList(0, Math.min(limit, found.size())),
            (line, entry) ->
                line.moment("at", entry.at()).text("who", entry.who()).text("what", entry.what()));
    return Answers.json(
        200,
        out -> {
          out.objects("entries", page);
          if (found.size() > page.size()) {
            out.text("next", Long.toString(found.get(page.size() - 1).id()));
          }
        });
  }

  private static AuditFilter wanted(final Request request) {
    final var after = request.query("after");
    if (!AUDIT_PLACE.matcher(after).matches()) {
      throw Refusal.malformed("after", "must be what next says on the page before");
    }
    final var kind = request.query("kind");
    if (!kind.isEmpty() && !AuditFilter.KINDS.contains(kind)) {
      throw Refusal.malformed("kind", "must be one of " + String.join(", ", AuditFilter.KINDS));
    }
    return new AuditFilter(
        after.isEmpty() ? Long.MAX_VALUE : Long.parseLong(after),
        request.query("who"),
        kind,
        moment(request, "since", Instant.MIN),
        moment(request, "until", Instant.MAX));
  }

  private static Instant moment(final Request request, final String name, final Instant otherwise) {
    final var text = request.query(name);
    return text.isEmpty() ? otherwise : Times.moment(name, text);
  }

  private long version(final Request request) {
    return settings
        .get(request.organisation(), collection(request), identity(request))
        .map(Setting::version)
        .orElse(0L);
  }

  private Setting keep(
      final Request request, final Map<String, List<String>> values, final long expected) {
    if (values.size() > MOST_VALUES) {
      throw Refusal.malformed(
          "values", "must have at most " + MOST_VALUES + " names, not " + values.size());
    }
    return settings.put(
        request.organisation(),
        collection(request),
        identity(request),
        values,
        expected,
        request.who());
  }

  private static Answer answer(final Setting setting) {
    return Answers.json(200, out -> write(out, setting), "ETag", "\"" + setting.version() + "\"");
  }

  private static void write(final JsonOut out, final Setting setting) {
    out.text("collection", setting.collection())
        .text("identity", setting.identity())
        .number("version", setting.version())
        .object("values", fields -> new TreeMap<>(setting.values()).forEach(fields::texts));
  }

  private static List<Map.Entry<String, JsonNode>> given(final Request request) {
    final var values =
        request
            .body("values")
            .openObject("values")
            .orElseThrow(() -> Refusal.malformed("values", "is missing"));
    final var given = new ArrayList<Map.Entry<String, JsonNode>>();
    values.fields().forEach(given::add);
    return given;
  }

  private static String name(final String collection, final String name) {
    if (collection.equals(Setting.PUSH_NOTIFICATION) && !SWITCHES.contains(name)) {
      throw JsonBody.unknown("values.", name, SWITCHES);
    }
    if (name.isBlank()
        || name.length() > LONGEST_VALUE
        || name.chars().anyMatch(Character::isISOControl)) {
      throw Refusal.malformed("values", "a name must not be empty nor hold control characters");
    }
    return name;
  }

  private static List<String> value(
      final String collection, final String name, final JsonNode value) {
    final var texts = new ArrayList<String>();
    if (value.isArray()) {
      value.forEach(item -> texts.add(text(name, item)));
    } else {
      texts.add(text(name, value));
    }
    final boolean isSwitch = collection.equals(Setting.PUSH_NOTIFICATION);
    if (isSwitch && !texts.equals(List.of("true")) && !texts.equals(List.of("false"))) {
      throw Refusal.malformed("values." + name, "must be true or false");
    }
    return texts;
  }

  private static String text(final String name, final JsonNode value) {
    if (!value.isTextual() && !value.isNumber() && !value.isBoolean()) {
      throw Refusal.malformed(
          "values." + name,
          "must be a text, a number, true, false, or a list of them, not " + JsonBody.kind(value));
    }
    final var text = Surrogates.mended(value.asText());
    if (text.length() > LONGEST_VALUE) {
      throw Refusal.malformed(
          "values." + name, "must have at most " + LONGEST_VALUE + " characters");
    }
    return text;
  }

  /// The version that the change was made from, as `If-Match` says; any without it. Where it names
  /// several, the one that there is.
  ///
  /// @param version reads the one that there is
  static long expected(final Request request, final LongSupplier version) {
    if (request.createsOnly()) {
      return 0;
    }
    final var match = request.tags("If-Match");
    if (!match.isGiven() || match.isAny()) {
      return ANY_VERSION;
    }
    final var versions = match.opaque().stream().filter(tag -> VERSION.matcher(tag).matches());
    final var numbers = versions.map(Long::valueOf).toList();
    if (numbers.isEmpty()) {
      throw Refusal.malformed("If-Match", "must be a version like \"3\"");
    }
    final long now = numbers.size() == 1 ? numbers.getFirst() : version.getAsLong();
    return numbers.contains(now) ? now : numbers.getFirst();
  }

  private static String collection(final Request request) {
    if (!COLLECTION.matcher(request.name()).matches()) {
      throw Refusal.malformed("collection", "must be lower case words with dashes");
    }
    if (Setting.INTERNAL.contains(request.name())) { // what it is about has addresses of its own
      refuseUnknown(request.name());
    }
    return request.name();
  }

  /// A mistyped collection would be kept and never be read. What is there can be seen and removed.
  private static void refuseUnknown(final String collection) {
    if (!COLLECTIONS.contains(collection)) {
      throw new Refusal(
          Reason.NOT_FOUND,
          "collection " + collection + ": " + SpellingSuggestion.hint(collection, COLLECTIONS));
    }
  }

  private static String identity(final Request request) {
    if (!IDENTITY.matcher(request.second()).matches()) {
      throw Refusal.malformed("identity", "must be global, site:NAME or service:NAME");
    }
    return request.second();
  }
}
