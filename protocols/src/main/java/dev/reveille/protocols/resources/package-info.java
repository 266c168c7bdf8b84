/// What Azure calls resources, as far as this server has them: each organisation is a subscription
/// and has communication resources, which are linked to notification hubs, and the namespaces in
/// which its hubs are listed.
///
/// [CommunicationResources] is the front: definitions lie with the settings of their organisation,
/// keys and connection strings with its sealed secrets. [LinkJudge] decides whether a hub can be
/// linked. Nothing here speaks HTTP.
@NullMarked
package dev.reveille.protocols.resources;

import org.jspecify.annotations.NullMarked;
