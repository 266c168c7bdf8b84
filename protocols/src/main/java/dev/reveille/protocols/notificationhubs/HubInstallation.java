package dev.reveille.protocols.notificationhubs;

import dev.reveille.model.Tag;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// An installation as clients describe it: one native target, one more per template, and the same
/// again per secondary tile. What the hub sets is in [ServerSet].
///
/// @param id chosen by the client; unique in its hub
/// @param userId "" when it says none
/// @param tags of every target
/// @param templates by name, in the order in which they came
/// @param secondaryTiles by id, in the order in which they came; of Windows only
public record HubInstallation(
    String id,
    String userId,
    HubPlatform platform,
    PnsHandle channel,
    List<Tag> tags,
    Map<String, String> pushVariables,
    Map<String, NamedTemplate> templates,
    Map<String, SecondaryTile> secondaryTiles) {
  /// Of ids and names, in characters.
  public static final int LONGEST_NAME = 200;

  /// Templates of an installation or a tile, and tiles of an installation.
  public static final int MOST_TEMPLATES = 100;

  public HubInstallation {
    tags = List.copyOf(tags);
    pushVariables = ordered(pushVariables);
    templates = ordered(templates);
    secondaryTiles = ordered(secondaryTiles);
  }

  /// A template of an installation.
  ///
  /// @param headers in the order in which they came, each a text or an expression
  /// @param expiry a text or an expression; "" when there is none
  /// @param tags of this template's target beside those of the installation
  public record NamedTemplate(
      String body, Map<String, String> headers, String expiry, List<Tag> tags) {
    public NamedTemplate {
      headers = ordered(headers);
      tags = List.copyOf(tags);
    }
  }

  /// A second tile of the app with a channel of its own.
  public record SecondaryTile(
      PnsHandle channel, List<Tag> tags, Map<String, NamedTemplate> templates) {
    public SecondaryTile {
      tags = List.copyOf(tags);
      templates = ordered(templates);
    }
  }

  private static <T> Map<String, T> ordered(final Map<String, T> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }
}
