package dev.reveille.protocols.resources;

import dev.reveille.model.OrganisationId;
import dev.reveille.model.Setting;
import dev.reveille.protocols.notificationhubs.Hub;
import dev.reveille.routing.port.SettingsStore;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads and writes communication resources as settings of their organisation, one object each.
/// Fields that a newer version wrote are kept when a resource is changed.
///
/// A field that cannot be read is replaced by a value on which nothing else depends, and the log
/// says so: it must not keep the server, and the calls of others, from starting.
final class ResourceDefinitions {
  private static final Logger LOG = LoggerFactory.getLogger(ResourceDefinitions.class);
  static final String COLLECTION = "communication-resource";
  private static final String NAME = "name";
  private static final String GROUP = "group";
  private static final String LOCATION = "location";
  private static final String DATA_LOCATION = "data-location";
  private static final String IMMUTABLE_ID = "immutable-id";
  private static final String CHAT = "chat";
  private static final String MADE_AT = "made-at";

  /// Before the name of a tag.
  private static final String TAG = "tag:";

  /// Before the fields of a link.
  private static final String LINK = "link:";

  private static final String HUB_ID = LINK + "hub-id";
  private static final String HOST = LINK + "host";
  private static final String PORT = LINK + "port";
  private static final String NAMESPACE = LINK + "namespace";
  private static final String HUB = LINK + "hub";
  private static final String POLICY = LINK + "policy";
  private static final String OWN = LINK + "own";
  private static final String MORE = LINK + "more-than-send";
  private static final String LINKED_AT = LINK + "linked-at";

  private static final List<String> ALWAYS =
      List.of(NAME, GROUP, LOCATION, DATA_LOCATION, IMMUTABLE_ID, CHAT, MADE_AT);

  private static final long ANY_VERSION = -1;

  private final SettingsStore settings;

  ResourceDefinitions(final SettingsStore settings) {
    this.settings = settings;
  }

  List<CommunicationResource> of(final OrganisationId organisation) {
    return settings.all(organisation, COLLECTION).stream().map(ResourceDefinitions::read).toList();
  }

  private static CommunicationResource read(final Setting setting) {
    final Map<String, String> tags = new HashMap<>();
    setting
        .values()
        .forEach((key, words) -> {
          if (key.startsWith(TAG)) {
            tags.put(key.substring(TAG.length()), words.isEmpty() ? "" : words.getFirst());
          }
        });
    return new CommunicationResource(
        setting.organisation(),
        field(setting, NAME, text -> text, setting.identity()),
        word(setting, GROUP),
        word(setting, LOCATION),
        word(setting, DATA_LOCATION),
        tags,
        field(setting, IMMUTABLE_ID, UUID::fromString, derived(setting)),
        setting.isOn(CHAT),
        link(setting),
        field(setting, MADE_AT, Instant::parse, Instant.EPOCH));
  }

  /// An id that stays the same while the one on disk cannot be read.
  private static UUID derived(final Setting setting) {
    return UUID.nameUUIDFromBytes(
        (setting.organisation() + "/" + setting.identity()).getBytes(StandardCharsets.UTF_8));
  }

  private static <T> T field(
      final Setting setting,
      final String name,
      final Function<String, T> reader,
      final T otherwise) {
    final var word = word(setting, name);
    try {
      if (!word.isEmpty()) {
        return reader.apply(word);
      }
    } catch (final IllegalArgumentException | DateTimeException _) {
      // told below
    }
    LOG.error(
        "{} of the communication resource {} of {} cannot be read: \"{}\"; {} is taken for it",
        name,
        setting.identity(),
        setting.organisation(),
        word,
        otherwise);
    return otherwise;
  }

  private static Optional<HubLink> link(final Setting setting) {
    return word(setting, HUB_ID).isEmpty()
        ? Optional.empty()
        : Optional.of(
            new HubLink(
                word(setting, HUB_ID),
                word(setting, HOST),
                field(setting, PORT, Integer::parseInt, 0),
                namespace(setting),
                word(setting, HUB),
                word(setting, POLICY),
                setting.isOn(OWN),
                setting.isOn(MORE),
                field(setting, LINKED_AT, Instant::parse, Instant.EPOCH)));
  }

  /// Older versions wrote none: their own hubs were all in the default one.
  private static String namespace(final Setting setting) {
    return setting.isOn(OWN) && word(setting, NAMESPACE).isEmpty()
        ? Hub.DEFAULT_NAMESPACE
        : word(setting, NAMESPACE);
  }

  private static String word(final Setting setting, final String name) {
    final var words = setting.values().getOrDefault(name, List.of());
    return words.isEmpty() ? "" : words.getFirst();
  }

  void put(final CommunicationResource resource, final String who) {
    final Map<String, List<String>> values = new HashMap<>();
    settings
        .get(resource.organisation(), COLLECTION, resource.folded())
        .map(Setting::values)
        .orElse(Map.of())
        .forEach((key, words) -> {
          if (!ALWAYS.contains(key) && !key.startsWith(TAG) && !key.startsWith(LINK)) {
            values.put(key, words);
          }
        });
    values.put(NAME, List.of(resource.name()));
    values.put(GROUP, List.of(resource.group()));
    values.put(LOCATION, List.of(resource.location()));
    values.put(DATA_LOCATION, List.of(resource.dataLocation()));
    values.put(IMMUTABLE_ID, List.of(resource.immutableId().toString()));
    values.put(CHAT, List.of(Boolean.toString(resource.chat())));
    values.put(MADE_AT, List.of(resource.madeAt().toString()));
    resource.tags().forEach((tag, value) -> values.put(TAG + tag, List.of(value)));
    resource.link().ifPresent(link -> put(values, link));
    final var _ =
        settings.put(
            resource.organisation(), COLLECTION, resource.folded(), values, ANY_VERSION, who);
  }

  private static void put(final Map<String, List<String>> values, final HubLink link) {
    values.put(HUB_ID, List.of(link.hubId()));
    values.put(HOST, List.of(link.host()));
    values.put(PORT, List.of(Integer.toString(link.port())));
    values.put(NAMESPACE, List.of(link.namespace()));
    values.put(HUB, List.of(link.hub()));
    values.put(POLICY, List.of(link.policy()));
    values.put(OWN, List.of(Boolean.toString(link.isOwn())));
    values.put(MORE, List.of(Boolean.toString(link.moreThanSend())));
    values.put(LINKED_AT, List.of(link.linkedAt().toString()));
  }

  void remove(final CommunicationResource resource, final String who) {
    final var _ = settings.remove(resource.organisation(), COLLECTION, resource.folded(), who);
  }
}
