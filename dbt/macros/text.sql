{# Cleaning of a tweet's text; each macro takes and gives a SQL text expression. #}

{# X escapes just these three; the ampersand comes last, or "&amp;lt;" would be un-escaped twice. #}
{% macro unescape_html(text) -%}
replace(replace(replace({{ text }}, '&lt;', '<'), '&gt;', '>'), '&amp;', '&')
{%- endmacro %}

{# Links that only repeat an attached picture say nothing. #}
{% macro drop_links(text, links) -%}
list_reduce(coalesce({{ links }}, []::varchar[]), lambda rest, link: replace(rest, link, ''), {{ text }})
{%- endmacro %}

{# t.co hides where a link leads; a struct carries the text along, for a reduce keeps one type. #}
{% macro expand_links(text, urls) -%}
list_reduce(
    coalesce({{ urls }}, []::struct(url varchar, expanded_url varchar)[]),
    lambda rest, link: {'url': replace(rest.url, link.url, link.expanded_url), 'expanded_url': ''},
    {'url': {{ text }}, 'expanded_url': ''}
).url
{%- endmacro %}

{# A t.co link that the archive does not resolve carries no meaning either. #}
{% macro drop_unresolved_links(text) -%}
regexp_replace({{ text }}, 'https?://t\.co/\w*…?', '', 'g')
{%- endmacro %}

{% macro drop_retweet_mark(text) -%}
regexp_replace({{ text }}, '^RT @\w+: ?', '')
{%- endmacro %}

{% macro drop_leading_mentions(text) -%}
regexp_replace({{ text }}, '^(\s*\.?@\w+)+[:,]?\s*', '')
{%- endmacro %}

{# Line breaks stay, for they carry structure; runs of other white space do not. `\s` knows ASCII only. #}
{% macro tidy_space(text) -%}
trim(regexp_replace(regexp_replace({{ text }}, '[\t\v\f\r\p{Z}]+', ' ', 'g'), ' ?\n ?', chr(10), 'g'), ' ' || chr(10))
{%- endmacro %}
