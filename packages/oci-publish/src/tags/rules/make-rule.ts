import { type z } from 'zod';

import { type COMMON_OPTIONS } from '../grammar/rule-options';
import { RULE_KINDS, type KindName, type RuleSource } from '../kinds/rule-kinds';
import { type CommonRuleOptions, type TagRule } from './tag-rule';

/** A rule as a map, once nothing is wrong with it: as the schema of its kind gives it. */
export interface RuleOptions extends z.output<z.ZodObject<typeof COMMON_OPTIONS>> {
  readonly rule?: string;
  readonly literal?: string;
  readonly template?: string;
  readonly name?: string;
}

/** Fills in what depends on the workspace. */
export function makeRule(kind: KindName, options: RuleOptions, versionPrefix: string): TagRule {
  const { prefix, suffix = '', floating, when, rule, literal, template, name } = options;
  const { make, defaultPrefix = '' } = RULE_KINDS[kind] as {
    readonly make: (options: never) => RuleSource;
    readonly defaultPrefix?: string;
  };
  const common: CommonRuleOptions = {
    label: (rule === 'channel' ? name : (rule ?? literal ?? template)) ?? '',
    prefix: prefix ?? (defaultPrefix === 'version' ? versionPrefix : defaultPrefix),
    suffix,
    ...(floating !== undefined && { floating }),
    ...(when !== undefined && { when }),
  };
  // They are what the schema of that kind gives.
  return { ...common, ...make(options as never) };
}
