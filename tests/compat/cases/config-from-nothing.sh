# Files that only the tool has written: order of sections, quoting, options taken out again.
git init -q; dvc init -q; git commit -qm start
dvc config plots.out_dir "two words"
dvc remote add two "s3://bucket/a, b"
dvc config cache.type "reflink, copy"
dvc remote add one "../it's"
dvc config core.site_cache_dir 'say "#1"'
dvc config --local db.d.url 'sqlite:///x'
dvc config --local studio.token "both ' and \""
dvc remote modify one verify TRUE
dvc remote add --local mine s3://other
dvc remote modify --local mine session_token ""
snap full
out list dvc config --list
dvc config -u plots.out_dir
dvc remote modify -u one verify
dvc remote modify --local -u mine session_token
dvc config --local -u db.d.url
dvc config --local -u studio.token
snap less
dvc remote add -f -d two remote-2
dvc remote rename one three
dvc remote remove two
out rest dvc config --list
out default dvc remote default
