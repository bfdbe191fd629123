/*
 * The tasks of the queue as a table and as JSON; those that are jobs of a cluster with what the
 * scheduler says of them.
 */
#ifndef CMD_QUEUE_STATUS_H
#define CMD_QUEUE_STATUS_H

struct queue_tasks;
struct session;

void queue_show_table(struct session *s, const struct queue_tasks *tasks);
void queue_show_json(struct session *s, const struct queue_tasks *tasks);

#endif
