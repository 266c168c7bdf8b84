package dev.reveille.protocols.resources;

import dev.reveille.model.OrganisationId;
import dev.reveille.model.Setting;
import dev.reveille.routing.port.SettingsStore;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// Reads and writes communication resources as settings of their organisation, one object each.
/// Fields that a newer version wrote are kept when a resource is changed.
final class ResourceDefinitions {
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
            tags.put(key.substring(TAG.length()), words.getFirst());
          }
        });
    return new CommunicationResource(
        setting.organisation(),
        word(setting, NAME),
        word(setting, GROUP),
        word(setting, LOCATION),
        word(setting, DATA_LOCATION),
        tags,
        UUID.fromString(word(setting, IMMUTABLE_ID)),
        setting.isOn(CHAT),
        link(setting),
        Instant.parse(word(setting, MADE_AT)));
  }

  private static Optional<HubLink> link(final Setting setting) {
    return word(setting, HUB_ID).isEmpty()
        ? Optional.empty()
        : Optional.of(
            new HubLink(
                word(setting, HUB_ID),
                word(setting, HOST),
                Integer.parseInt(word(setting, PORT)),
                word(setting, HUB),
                word(setting, POLICY),
                setting.isOn(OWN),
                setting.isOn(MORE),
                Instant.parse(word(setting, LINKED_AT))));
  }

  private static String word(final Setting setting, final String name) {
    return setting.values().getOrDefault(name, List.of("")).getFirst();
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
