package dev.reveille.protocols.resources;

import dev.reveille.model.OrganisationId;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/// A communication resource in the sense of Azure Communication Services: apps are bound to it, and
/// it may be linked to a hub through which their devices are reached. Names are unique in an
/// organisation and compared without regard to case.
///
/// @param group the resource group, which is a word here and nothing else
/// @param tags the operator's own words
/// @param immutableId begins the raw ids of its users
/// @param chat whether chat is pushed through the linked hub beside calls
public record CommunicationResource(
    OrganisationId organisation,
    String name,
    String group,
    String location,
    String dataLocation,
    Map<String, String> tags,
    UUID immutableId,
    boolean chat,
    Optional<HubLink> link,
    Instant madeAt) {
  /// The name and the group of the one that each organisation has, and the group and the namespace
  /// of hubs that were not made by Resource Manager.
  public static final String FIRST = "reveille";

  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?");
  private static final Pattern GROUP = Pattern.compile("[A-Za-z0-9_().-]{0,89}[A-Za-z0-9_()-]");

  public CommunicationResource {
    tags = Map.copyOf(tags);
  }

  /// Whether one can have this name.
  public static boolean isName(final String name) {
    return NAME.matcher(name).matches();
  }

  /// Whether a resource group can have this name.
  public static boolean isGroup(final String group) {
    return GROUP.matcher(group).matches();
  }

  /// By what it is found.
  public String folded() {
    return fold(name);
  }

  static String fold(final String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  /// The same with these tags.
  public CommunicationResource withTags(final Map<String, String> others) {
    return new CommunicationResource(
        organisation, name, group, location, dataLocation, others, immutableId, chat, link, madeAt);
  }

  CommunicationResource withChat(final boolean other) {
    return new CommunicationResource(
        organisation, name, group, location, dataLocation, tags, immutableId, other, link, madeAt);
  }

  CommunicationResource withLink(final Optional<HubLink> other) {
    return new CommunicationResource(
        organisation, name, group, location, dataLocation, tags, immutableId, chat, other, madeAt);
  }
}
