/// Pushes whose addresses are URLs that devices handed in: Web Push endpoints, WNS and MPNS
/// channels. What is the same for the three stands here; each service says for itself what a
/// request looks like and, as a table, what its answers mean.
@NullMarked
package dev.reveille.push.url;

import org.jspecify.annotations.NullMarked;
