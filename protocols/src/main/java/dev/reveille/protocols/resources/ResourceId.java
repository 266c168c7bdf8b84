package dev.reveille.protocols.resources;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/// The id of an Azure resource inside a resource group, such as
/// `/subscriptions/S/resourceGroups/G/providers/Microsoft.NotificationHubs/namespaces/N/notificationHubs/H`.
/// Its words are compared without regard to case.
///
/// @param provider such as `Microsoft.NotificationHubs`
/// @param types such as `namespaces`, `notificationHubs`, as many as there are names
public record ResourceId(
    UUID subscription, String group, String provider, List<String> types, List<String> names) {
  /// The provider of notification hubs.
  public static final String NOTIFICATION_HUBS = "Microsoft.NotificationHubs";

  /// The provider of communication resources.
  public static final String COMMUNICATION = "Microsoft.Communication";

  /// In characters.
  private static final int LONGEST = 1_024;

  /// The empty text before the first slash, and three words with their values.
  private static final int HEAD = 7;

  private static final int PAIR = 2;

  public ResourceId {
    types = List.copyOf(types);
    names = List.copyOf(names);
  }

  /// Reads an id; empty when it is none.
  public static Optional<ResourceId> of(final String text) {
    final var parts = text.strip().split("/", -1);
    if (text.length() > LONGEST
        || parts.length <= HEAD
        || (parts.length - HEAD) % PAIR != 0
        || !parts[0].isEmpty()
        || !parts[1].equalsIgnoreCase("subscriptions")
        || !parts[3].equalsIgnoreCase("resourceGroups")
        || !parts[5].equalsIgnoreCase("providers")) {
      return Optional.empty();
    }
    final var types = new ArrayList<String>();
    final var names = new ArrayList<String>();
    for (int i = HEAD; i < parts.length; i += PAIR) {
      types.add(parts[i]);
      names.add(parts[i + 1]);
    }
    final boolean isWhole =
        List.of(parts).subList(1, parts.length).stream().noneMatch(String::isBlank);
    final var guid = guid(parts[2]);
    return isWhole && guid.isPresent()
        ? Optional.of(new ResourceId(guid.get(), parts[4], parts[6], types, names))
        : Optional.empty();
  }

  /// Reads the GUID of a subscription; empty when it is none.
  public static Optional<UUID> guid(final String text) {
    try {
      final var read = UUID.fromString(text);
      return read.toString().equals(text.toLowerCase(Locale.ROOT))
          ? Optional.of(read)
          : Optional.empty();
    } catch (final IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /// The id of a communication resource.
  public static String ofCommunication(
      final UUID subscription, final String group, final String name) {
    return head(subscription, group, COMMUNICATION) + "/CommunicationServices/" + name;
  }

  /// The id of a namespace of hubs.
  public static String ofNamespace(
      final UUID subscription, final String group, final String namespace) {
    return head(subscription, group, NOTIFICATION_HUBS) + "/namespaces/" + namespace;
  }

  private static String head(final UUID subscription, final String group, final String provider) {
    return "/subscriptions/" + subscription + "/resourceGroups/" + group + "/providers/" + provider;
  }

  /// Whether it is the id of a notification hub.
  public boolean isHub() {
    return provider.equalsIgnoreCase(NOTIFICATION_HUBS)
        && types.size() == PAIR
        && types.getFirst().equalsIgnoreCase("namespaces")
        && types.getLast().equalsIgnoreCase("notificationHubs");
  }
}
