/*
 * What libyaml finds wrong with a text, in words for people.
 */
#ifndef DOC_YAML_PROBLEM_H
#define DOC_YAML_PROBLEM_H

const char *yaml_problem(const char *problem);

#endif
