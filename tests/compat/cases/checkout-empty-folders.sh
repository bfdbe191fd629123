# Folders that hold nothing: checkout takes them away, by themselves or with the files that go.
git init -q; dvc init -q; git commit -qm start
mkdir -p d/e/f x/y; echo 1 > d/1; echo 2 > d/e/f/2; echo 3 > x/y/z; dvc add d x/y/z; git add -A; git commit -qm one
rm -r d/e; dvc add d; dvc remove x/y/z.dvc; rm x/y/z; git commit -qam two
git checkout -q HEAD~1; out back dvc checkout; snap back
git checkout -q main; out main dvc checkout; snap main
mkdir -p d/empty/e
out empty dvc checkout
out st dvc status
snap empty
