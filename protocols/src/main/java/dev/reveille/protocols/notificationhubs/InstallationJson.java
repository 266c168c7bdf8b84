package dev.reveille.protocols.notificationhubs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.model.Surrogates;
import dev.reveille.model.Tag;
import dev.reveille.protocols.json.JsonBody;
import dev.reveille.protocols.json.JsonOut;
import dev.reveille.protocols.json.JsonParsers;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.protocols.notificationhubs.HubInstallation.NamedTemplate;
import dev.reveille.protocols.notificationhubs.HubInstallation.SecondaryTile;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads and writes installations as JSON. Unknown keys, and those that the hub sets, are ignored;
/// a key that occurs twice is refused. [HubSizes] limits the parts. Pure functions, thread-safe.
public final class InstallationJson {
  private static final int MOST_VARIABLES = 100;
  private static final String CHANNEL = "pushChannel";
  private static final String ENDPOINT = "endpoint";
  private static final String P256DH = "p256dh";
  private static final String AUTH = "auth";

  /// Seven digits, as .NET writes moments.
  private static final DateTimeFormatter MOMENT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSS'Z'").withZone(ZoneOffset.UTC);

  private InstallationJson() {}

  /// Reads the body of a PUT.
  ///
  /// @param id the one in the path; the body may leave it out, and says no other
  /// @throws HubRefused with status 400
  public static HubInstallation read(final byte[] body, final String id) {
    try {
      name("installationId", id);
      final var node = object("", JsonParsers.tree(body));
      final var said = text(node, "installationId");
      if (!said.isEmpty() && !said.equals(id)) {
        throw Refusal.malformed(
            "installationId", "is \"" + said + "\" and not the one in the path");
      }
      final var platform = platform(text(node, "platform"));
      return new HubInstallation(
          id,
          userId(text(node, "userId")),
          platform,
          channel(platform, node.get(CHANNEL)),
          tags(node),
          texts("pushVariables", node.get("pushVariables"), MOST_VARIABLES),
          templates("templates", node.get("templates")),
          tiles(node.get("secondaryTiles")));
    } catch (final Refusal refusal) {
      throw HubRefused.of(refusal);
    }
  }

  private static HubPlatform platform(final String word) {
    return HubPlatform.ofInstallation(word)
        .orElseThrow(() ->
            Refusal.malformed(
                "platform",
                (word.isEmpty() ? "is missing" : "is \"" + word + "\"")
                    + "; known are "
                    + HubPlatform.installationWords()));
  }

  static String userId(final String userId) {
    return userId.isEmpty() ? "" : name("userId", userId);
  }

  /// An id or a name, which stands in paths and lists.
  static String name(final String field, final String name) {
    if (name.isEmpty() || name.length() > HubInstallation.LONGEST_NAME) {
      throw Refusal.malformed(
          field,
          "must have 1 to " + HubInstallation.LONGEST_NAME + " characters, not " + name.length());
    }
    if (name.chars().anyMatch(Character::isISOControl) || Surrogates.halfIn(name)) {
      throw Refusal.malformed(field, "must hold no control characters");
    }
    return name;
  }

  /// A channel as it stands in JSON: that of a browser is an object, or a text that holds one.
  static PnsHandle channel(final HubPlatform platform, final JsonNode value) {
    if (absent(value)) {
      throw Refusal.malformed(CHANNEL, "is missing");
    }
    if (platform == HubPlatform.BROWSER) {
      return browser(value.isTextual() ? parsed(CHANNEL, value.textValue()) : value);
    }
    if (!value.isTextual()) {
      throw Refusal.malformed(CHANNEL, "must be a text, not " + JsonBody.kind(value));
    }
    return single(value.textValue());
  }

  /// The same of a text, as patches carry it.
  static PnsHandle channel(final HubPlatform platform, final String value) {
    return platform == HubPlatform.BROWSER ? browser(parsed(CHANNEL, value)) : single(value);
  }

  private static PnsHandle single(final String value) {
    try {
      return new PnsHandle.Single(value);
    } catch (final IllegalArgumentException bad) {
      throw Refusal.malformed(CHANNEL, String.valueOf(bad.getMessage()));
    }
  }

  private static PnsHandle browser(final JsonNode value) {
    final var channel = object(CHANNEL, value);
    try {
      return new PnsHandle.Browser(
          text(channel, ENDPOINT), text(channel, P256DH), text(channel, AUTH));
    } catch (final IllegalArgumentException bad) {
      throw Refusal.malformed(CHANNEL, "must hold endpoint, p256dh and auth; " + bad.getMessage());
    }
  }

  private static List<Tag> tags(final JsonNode in) {
    return HubTags.of(words("tags", in.get("tags")));
  }

  /// A list of texts; empty when it is absent.
  static List<String> words(final String field, final JsonNode list) {
    if (absent(list)) {
      return List.of();
    }
    if (!list.isArray()) {
      throw Refusal.malformed(field, "must be a list of texts, not " + JsonBody.kind(list));
    }
    final var words = new ArrayList<String>();
    for (final var word : list) {
      if (!word.isTextual()) {
        throw Refusal.malformed(field, "must hold texts, not " + JsonBody.kind(word));
      }
      words.add(word.textValue());
    }
    return words;
  }

  static Map<String, String> texts(final String field, final JsonNode node, final int most) {
    final Map<String, String> texts = new LinkedHashMap<>();
    if (absent(node)) {
      return texts;
    }
    for (final var entry : object(field, node).properties()) {
      if (!entry.getValue().isTextual()) {
        throw Refusal.malformed(field, "must be an object of texts");
      }
      texts.put(name(field, entry.getKey()), Surrogates.mended(entry.getValue().textValue()));
    }
    if (texts.size() > most) {
      throw Refusal.malformed(field, "has " + texts.size() + " fields; at most " + most);
    }
    return texts;
  }

  private static Map<String, NamedTemplate> templates(final String field, final JsonNode node) {
    final Map<String, NamedTemplate> templates = new LinkedHashMap<>();
    if (absent(node)) {
      return templates;
    }
    for (final var entry : object(field, node).properties()) {
      templates.put(
          name(field, entry.getKey()), template(field + "." + entry.getKey(), entry.getValue()));
    }
    few(field, templates);
    return templates;
  }

  static void few(final String field, final Map<String, ?> map) {
    if (map.size() > HubInstallation.MOST_TEMPLATES) {
      throw Refusal.malformed(
          field, "has " + map.size() + " entries; at most " + HubInstallation.MOST_TEMPLATES);
    }
  }

  static NamedTemplate template(final String field, final JsonNode value) {
    final var node = object(field, value);
    return new NamedTemplate(
        body(field + ".body", text(node, "body")),
        headers(field + ".headers", node.get("headers")),
        text(node, "expiry"),
        tags(node));
  }

  static String body(final String field, final String body) {
    if (body.isBlank()) {
      throw Refusal.malformed(field, "is missing");
    }
    return body;
  }

  static Map<String, String> headers(final String field, final JsonNode node) {
    return texts(field, node, 32);
  }

  private static Map<String, SecondaryTile> tiles(final JsonNode node) {
    final Map<String, SecondaryTile> tiles = new LinkedHashMap<>();
    if (absent(node)) {
      return tiles;
    }
    for (final var entry : object("secondaryTiles", node).properties()) {
      tiles.put(tileId("secondaryTiles", entry.getKey()), tile(entry.getKey(), entry.getValue()));
    }
    few("secondaryTiles", tiles);
    return tiles;
  }

  /// Without a slash: names of targets are made of it and of a template's name.
  static String tileId(final String field, final String id) {
    if (id.indexOf('/') >= 0) {
      throw Refusal.malformed(field, "the id of a tile must hold no slash");
    }
    return name(field, id);
  }

  static SecondaryTile tile(final String id, final JsonNode value) {
    final var node = object("secondaryTiles." + id, value);
    return new SecondaryTile(
        channel(HubPlatform.WINDOWS, node.get(CHANNEL)),
        tags(node),
        templates("secondaryTiles." + id + ".templates", node.get("templates")));
  }

  /// JSON that stands in a text.
  static JsonNode parsed(final String field, final String json) {
    try {
      return JsonParsers.tree(json.getBytes(StandardCharsets.UTF_8));
    } catch (final Refusal refusal) {
      throw Refusal.malformed(field, refusal.detail());
    }
  }

  private static JsonNode object(final String field, final JsonNode node) {
    if (!node.isObject()) {
      throw Refusal.malformed(field, "must be an object, not " + JsonBody.kind(node));
    }
    return node;
  }

  /// A text; "" when it is absent.
  private static String text(final JsonNode in, final String name) {
    final var value = in.get(name);
    if (absent(value)) {
      return "";
    }
    if (!value.isTextual()) {
      throw Refusal.malformed(name, "must be a text, not " + JsonBody.kind(value));
    }
    return Surrogates.mended(value.textValue());
  }

  private static boolean absent(final @org.jspecify.annotations.Nullable JsonNode node) {
    return node == null || node.isNull();
  }

  /// The body that answers a GET.
  public static byte[] write(final HubInstallation installation, final ServerSet set) {
    return JsonOut.object(out -> {
      out.text("installationId", installation.id())
          .textIfAny("userId", installation.userId())
          .text("platform", installation.platform().installationWord());
      channel(out, installation.channel());
      out.flag("pushChannelExpired", set.channelExpired())
          .text("expirationTime", moment(set.expiresAt()))
          .text("lastUpdate", moment(set.lastUpdate()));
      tags(out, installation.tags());
      if (!installation.pushVariables().isEmpty()) {
        out.texts("pushVariables", installation.pushVariables());
      }
      templates(out, installation.templates());
      if (!installation.secondaryTiles().isEmpty()) {
        out.object(
            "secondaryTiles",
            in ->
                installation
                    .secondaryTiles()
                    .forEach((id, tile) ->
                        in.object(
                            id,
                            of -> {
                              channel(of, tile.channel());
                              tags(of, tile.tags());
                              templates(of, tile.templates());
                            })));
      }
    });
  }

  private static String moment(final Instant moment) {
    return MOMENT.format(moment);
  }

  private static void channel(final JsonOut out, final PnsHandle channel) {
    switch (channel) {
      case PnsHandle.Browser(final var endpoint, final var p256dh, final var auth) ->
          out.object(
              CHANNEL, in -> in.text(ENDPOINT, endpoint).text(P256DH, p256dh).text(AUTH, auth));
      case PnsHandle.Single _, PnsHandle.Baidu _ -> out.text(CHANNEL, channel.value());
    }
  }

  private static void tags(final JsonOut out, final Collection<Tag> tags) {
    if (!tags.isEmpty()) {
      out.texts("tags", tags.stream().map(Tag::value).toList());
    }
  }

  private static void templates(final JsonOut out, final Map<String, NamedTemplate> templates) {
    if (templates.isEmpty()) {
      return;
    }
    out.object(
        "templates",
        in ->
            templates.forEach((name, template) ->
                in.object(
                    name,
                    of -> {
                      of.text("body", template.body());
                      if (!template.headers().isEmpty()) {
                        of.texts("headers", template.headers());
                      }
                      of.textIfAny("expiry", template.expiry());
                      tags(of, template.tags());
                    })));
  }
}
